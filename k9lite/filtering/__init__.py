"""The language after ``/``: its grammar, the fields of a row it may ask for, and what each term lets through. Pure."""
