"""Pods, and deployments that look after several of them."""

from behave import given, then, when


@given("a running pod")
def _(context):
    """A pod that is ready, in the scenario's namespace."""
    context.cluster.run_pod()


@given("a deployment of {count:Count} pods")
def _(context, count):
    """A deployment whose pods are ready, in the scenario's namespace."""
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


@when("I delete the deployment")
def _(context):
    """Asks for the removal of the deployment; its pods have to follow."""
    context.cluster.delete_deployment()


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
    """It runs and answers, without having been restarted; how long it took until then is measured."""
    context.cluster.assert_pod_ready(limit)


@then("the pod is listed")
def _(context):
    """The list of our pods in the namespace holds it, and none of elsewhere."""
    context.cluster.assert_pod_listed()


@then("no other pod is listed")
def _(context):
    """The list of our pods in the namespace holds no more than the scenario was allowed to start."""
    context.cluster.assert_pods_listed(len(context.cluster.pods))


@then("the pod is gone within {limit:Duration}")
def _(context, limit):
    """It can't be found any more, and is listed no more."""
    context.cluster.assert_pod_gone(limit)


@then("the pod's log holds what it said within {limit:Duration}")
def _(context, limit):
    """The log can be read: the greeting that the pod was told to say, its own name, and nothing else."""
    context.cluster.assert_log(limit)


@then("the deployment has {count:Count} ready pods within {limit:Duration}")
def _(context, count, limit):
    """So many and no others: none that was too many or was deleted is left, none was replaced without need."""
    context.cluster.assert_deployment(count, limit)


@then("the deployment is gone with its pods within {limit:Duration}")
def _(context, limit):
    """Neither it nor any of its pods can be found any more."""
    context.cluster.assert_deployment_gone(limit)
