"""Pods, and deployments that look after several of them."""

from behave import given, then, when


@given("a running pod")
def _(context):
    """A pod that is ready, in a namespace of the scenario's own."""
    context.cluster.run_pod()


@given("a deployment of {count:Count} pods")
def _(context, count):
    """A deployment whose pods are ready, in a namespace of the scenario's own."""
    context.cluster.run_deployment(count)


@when("I start a pod")
def _(context):
    """Orders a pod that serves a greeting by HTTP, from the image JOURNEYS_POD_IMAGE."""
    context.cluster.start_pod()


@when("I try to start a pod")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.cluster.start_pod()


@when("I delete the pod")
def _(context):
    """Asks for the removal of the pod that was started last."""
    context.cluster.delete_pod()


@when("I delete a pod of the deployment")
def _(context):
    """Asks for the removal of one of its pods, as when a node fails."""
    context.cluster.delete_pod_of_deployment()


@when("I start a deployment of {count:Count} pods")
def _(context, count):
    """Orders so many pods of one kind, which the cluster has to keep at that number."""
    context.cluster.start_deployment(count)


@when("I scale the deployment to {count:Count} pods")
def _(context, count):
    """Orders another number of pods."""
    context.cluster.scale(count)


@then("the pod is ready within {limit:Duration}")
def _(context, limit):
    """It runs and answers; how long it took to find a node and to be ready is measured."""
    context.cluster.assert_pod_ready(limit)


@then("the pod is listed")
def _(context):
    """The list of the namespace's pods holds it."""
    context.cluster.assert_pod_listed()


@then("the pod is gone within {limit:Duration}")
def _(context, limit):
    """It can't be found any more, and is listed no more."""
    context.cluster.assert_pod_gone(limit)


@then("the pod's log holds what it said within {limit:Duration}")
def _(context, limit):
    """The log can be read, and has the greeting that the pod was told to say."""
    context.cluster.assert_log(limit)


@then("the deployment has {count:Count} ready pods within {limit:Duration}")
def _(context, count, limit):
    """So many and no others: none is left of those that were too many or were deleted."""
    context.cluster.assert_deployment(count, limit)
