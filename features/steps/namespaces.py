"""Namespaces of a cluster, and who may do what in them."""

from behave import given, then, when


@given("a namespace")
def _(context):
    """A namespace of the scenario's own, or that of JOURNEYS_KUBERNETES_NAMESPACE; the steps after it mean this one."""
    context.cluster.namespaces.have()


@when("I create a namespace")
def _(context):
    """A namespace of the scenario's own; the steps after it mean this one."""
    context.cluster.namespaces.create()


@given("a namespace whose quota of pods is used up")
def _(context):
    """A namespace that may hold one pod, and holds it."""
    context.cluster.namespaces.create_with_room(1)
    context.cluster.pods.start()


@given("an account without rights")
def _(context):
    """A new service account of the namespace, to which nobody has given any right."""
    context.cluster.accounts.create()


@when("I delete the namespace")
def _(context):
    """Asks for the removal of the namespace with all that it holds."""
    context.cluster.namespaces.delete()


@when("I try to list the pods with that account")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.cluster.accounts.list_pods()


@when("a {visitor:Visitor} tries to list the pods")
def _(context, visitor):
    """Tries what should be refused to who is not known; a later step says how."""
    with context.journey.trying(visitor):
        context.cluster.accounts.list_pods_as(visitor)


@then("a {visitor:Visitor} may read nothing else")
def _(context, visitor):
    """Secrets, settings, pods, nodes, here and in other namespaces: who is not known is refused all of them."""
    context.cluster.accounts.assert_blind(visitor)


@then("that account may do nothing else")
def _(context):
    """It is refused, as itself, whatever it tries: secrets, settings, pods, nodes, here and in other namespaces."""
    context.cluster.accounts.assert_powerless()


@then("the namespace is listed")
def _(context):
    """The list of all namespaces holds it, once and fit for use; what else it holds does not matter."""
    context.cluster.namespaces.assert_listed()


@then("the namespace is gone within {limit:Duration}")
def _(context, limit):
    """It can't be found any more, and is listed no more."""
    context.cluster.namespaces.assert_gone(limit)


@then("nothing of it is left")
def _(context):
    """None of its pods is listed any more, wherever it went."""
    context.cluster.namespaces.assert_holds(0)
