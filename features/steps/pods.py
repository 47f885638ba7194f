"""Pods, and deployments that look after several of them."""

from behave import given, then, when


@given("a running pod")
def _(context):
    """A pod that is ready, in the scenario's namespace."""
    context.cluster.pods.run()


@given("a deployment of {count:Count} pods")
def _(context, count):
    """A deployment whose pods are ready, in the scenario's namespace."""
    context.cluster.deployments.run(count)


@when("I start a pod")
def _(context):
    """Orders a pod that serves a greeting by HTTP, from the image JOURNEYS_POD_IMAGE."""
    context.cluster.pods.start()


@when("I try to start a pod")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.cluster.pods.start()


@when("I delete the pod")
def _(context):
    """Asks for the removal of the pod that was started last."""
    context.cluster.pods.delete()


@when("I delete a pod of the deployment")
def _(context):
    """Asks for the removal of one of its pods, as when a node fails."""
    context.cluster.deployments.delete_pod()


@when("I delete the deployment")
def _(context):
    """Asks for the removal of the deployment; its pods have to follow."""
    context.cluster.deployments.delete()


@when("I start a deployment of {count:Count} pods")
def _(context, count):
    """Orders so many pods of one kind, which the cluster has to keep at that number."""
    context.cluster.deployments.start(count)


@when("I scale the deployment to {count:Count} pods")
def _(context, count):
    """Orders another number of pods."""
    context.cluster.deployments.scale(count)


@then("the pod is ready within {limit:Duration}")
def _(context, limit):
    """It runs and answers, without having been restarted; how long it took until then is measured."""
    context.cluster.pods.assert_ready(limit)


@then("the pod is listed")
def _(context):
    """The list of our pods in the namespace holds it, and none of elsewhere."""
    context.cluster.pods.assert_listed()


@then("no other pod is listed")
def _(context):
    """The list of our pods in the namespace holds no more than the scenario was allowed to start."""
    context.cluster.namespaces.assert_holds(len(context.cluster.pods.ordered))


@then("the pod is gone within {limit:Duration}")
def _(context, limit):
    """It can't be found any more, and is listed no more."""
    context.cluster.pods.assert_gone(limit)


@then("the pod's log holds what it said within {limit:Duration}")
def _(context, limit):
    """The log can be read: the greeting that the pod was told to say, its own name, and nothing else."""
    context.cluster.pods.assert_log(limit)


@then("the deployment has {count:Count} ready pods within {limit:Duration}")
def _(context, count, limit):
    """So many and no others: none that was too many or was deleted is left, none was replaced without need."""
    context.cluster.deployments.assert_ready(count, limit)


@then("the deployment is gone with its pods within {limit:Duration}")
def _(context, limit):
    """Neither it nor any of its pods can be found any more."""
    context.cluster.deployments.assert_gone(limit)
