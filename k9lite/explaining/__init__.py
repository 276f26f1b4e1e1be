"""WHAT the fields of objects are for: the schema behind ``explain``, and its layout. Pure; knows no State.

Types and fields come from the classes of ``engine.kinds``; texts, and what no class models, are tables here, a line
a field:

    = What the type is.
    name! type {Enum,Enum}: What the field is for.

``!`` marks what is required; a type is only written where the class has none.
"""
