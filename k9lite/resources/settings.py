"""What other objects name: ConfigMaps, Secrets, accounts, classes. Enter leads to those that do."""

from k9lite.resources.listed import listed

CONFIG_MAPS = listed("ConfigMap", place="used-by")
SECRETS = listed("Secret", place="used-by")
PRIORITY_CLASSES = listed("PriorityClass", place="used-by")
INGRESS_CLASSES = listed("IngressClass", place="used-by")
