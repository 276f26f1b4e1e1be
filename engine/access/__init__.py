"""WHO may do what: identities, requests, and the rules of roles and bindings. Pure: a State goes in, an answer comes.

The law here: nothing is allowed that no rule allows, and the group system:masters is asked nothing. Follows
``plugin/pkg/auth/authorizer/rbac``. Controllers, the scheduler and kubelets are the cluster's own: they write without
being asked here, though the roles they would need are there to be looked at.
"""
