"""What CustomResourceDefinitions say: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "CustomResourceDefinition": """
        = A kind of one's own: once it is established, its objects are served as all others are. Its name is
          <plural>.<group>.
        spec!: The kind.
        status: Whether its names were taken and it is served.
    """.replace("\n          ", " "),
    "CustomResourceDefinitionSpec": """
        = The kind: what it is called, whether it has namespaces, and its versions.
        conversion: How objects become those of another version.
        group!: The group of the API, as stable.example.com.
        names!: What it is called.
        preserveUnknownFields: Kept for old manifests; it must be false.
        scope! {Cluster,Namespaced}: Whether its objects are in namespaces.
        versions!: The versions; one of them is stored, and those that are served can be asked for.
    """,
    "CustomResourceConversion": """
        = How objects become those of another version.
        strategy! {None,Webhook}: None changes nothing but apiVersion; Webhook would ask a server.
    """,
    "CustomResourceDefinitionNames": """
        = What a kind is called.
        categories: Groups of kinds it is listed with, as all.
        kind!: What manifests call it, as CronTab.
        listKind: What a list of it is called; the kind with List behind it without.
        plural!: What paths call it, as crontabs.
        shortNames: What it may be called for short, as ct.
        singular: What one is called; the kind in small letters without.
    """,
    "CustomResourceDefinitionVersion": """
        = A version of a kind.
        additionalPrinterColumns: What a list of it shows; name and age without.
        deprecated: Whether who uses it is warned.
        deprecationWarning string: The warning, in other words than usual.
        name!: What it is called, as v1 or v1beta1.
        schema: What its objects must be like.
        selectableFields []SelectableField: Fields that lists can be narrowed by.
        served!: Whether it can be asked for.
        storage!: Whether it is the one that is stored.
        subresources: Whether status and number are written apart.
    """,
    "SelectableField": """
        = A field that lists can be narrowed by.
        jsonPath! string: Where it is, as .spec.color.
    """,
    "CustomResourceColumnDefinition": """
        = A column of lists.
        description: What it tells.
        format: The type told more exactly, as int64 or date.
        jsonPath!: Where in an object it is, as .spec.replicas.
        name!: Its header.
        priority: With more than 0 it is only shown where there is room.
        type!: integer, number, string, boolean or date.
    """,
    "CustomResourceValidation": """
        = What objects must be like.
        openAPIV3Schema JSONSchemaProps: The schema; every field with its type, what is not in it is dropped.
    """,
    "JSONSchemaProps": """
        = What a value must be like, and the values inside it.
        additionalProperties JSONSchemaProps: The values of a map.
        allOf []JSONSchemaProps: All of these as well.
        anyOf []JSONSchemaProps: One of these at least.
        default Object: What a field is without a value.
        description string: What it is for; explain shows it.
        enum []Object: The values there are.
        exclusiveMaximum boolean: Whether maximum itself is too much.
        exclusiveMinimum boolean: Whether minimum itself is too little.
        format string: The type told more exactly, as int32 or date-time.
        items JSONSchemaProps: Those of a list.
        maxItems integer: How many a list may have.
        maxLength integer: How long a text may be.
        maxProperties integer: How many fields or keys there may be.
        maximum number: The most.
        minItems integer: How many a list must have.
        minLength integer: How long a text must be.
        minProperties integer: How many fields or keys there must be.
        minimum number: The least.
        multipleOf number: What a number must be a multiple of.
        not JSONSchemaProps: Anything but this.
        nullable boolean: Whether it may be null.
        oneOf []JSONSchemaProps: Exactly one of these.
        pattern string: A regular expression for a text.
        properties map[string]JSONSchemaProps: The fields of an object.
        required []string: Fields that must be there.
        type string: object, array, string, integer, number or boolean.
        uniqueItems boolean: Kept for old schemas; it must be false.
        x-kubernetes-embedded-resource boolean: Whether it is an object with a kind of its own.
        x-kubernetes-int-or-string boolean: Whether it may be a number or a text.
        x-kubernetes-list-map-keys []string: What tells the items of a map-like list apart.
        x-kubernetes-list-type string {atomic,map,set}: How a list is merged.
        x-kubernetes-map-type string {atomic,granular}: How a map is merged.
        x-kubernetes-preserve-unknown-fields boolean: Whether fields that are not in the schema are kept.
        x-kubernetes-validations []ValidationRule: What must be so, in CEL.
    """,
    "ValidationRule": """
        = What must be so of a value.
        fieldPath string: The field that is blamed, below this one, as .spec.replicas.
        message string: What is said when it is not.
        messageExpression string: The same, worked out in CEL.
        optionalOldSelf boolean: Whether the rule is asked of new values too.
        reason string {FieldValueDuplicate,FieldValueForbidden,FieldValueInvalid,FieldValueRequired}: The sort of error.
        rule! string: True in CEL if all is well; self is the value, oldSelf what it was.
    """,
    "CustomResourceSubresources": """
        = Parts of objects that are written by themselves.
        scale: Where the number of replicas is, for scale and for autoscalers.
        status: With it, status and the rest are written apart.
    """,
    "CustomResourceSubresourceScale": """
        = Where the number of replicas is.
        labelSelectorPath: The selector of its pods as text, for autoscalers.
        specReplicasPath!: How many are wanted, under .spec.
        statusReplicasPath!: How many there are, under .status.
    """,
    "CustomResourceDefinitionStatus": """
        = What became of a kind.
        acceptedNames: The names it has been given.
        conditions: Whether its names were taken, and whether it is served.
        storedVersions: Versions in which objects have ever been stored.
    """,
}
