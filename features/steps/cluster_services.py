"""Services of a cluster, which lead to pods wherever these are."""

from behave import given, then, when


@given("a service that leads to it")
@when("I create a service that leads to it")
def _(context):
    """A service for all pods of the scenario that serve a greeting."""
    context.cluster.services.create()


@when("I start a pod that asks the service by its name")
def _(context):
    """Orders a pod that looks the name up, asks by HTTP until it is answered and then some, and says what it heard."""
    context.cluster.services.visit()


@then("the service leads to every pod within {limit:Duration}")
def _(context, limit):
    """Its endpoints are the addresses of all pods that are ready, each of its own, and no others."""
    context.cluster.services.assert_leads(limit)


@then("the service answers within {limit:Duration}")
def _(context, limit):
    """Asked 20 times in a row by HTTP, by way of the API server, it answers with each of its pods' greetings."""
    context.cluster.services.assert_answers(limit)


@then("that pod was greeted within {limit:Duration}")
def _(context, limit):
    """It ended well, and its log holds the greeting to the end."""
    context.cluster.services.assert_visited(limit)


@then("that pod was greeted by every pod within {limit:Duration}")
def _(context, limit):
    """It ended well, and in 20 turns met each of the pods that the service leads to, and nobody else."""
    context.cluster.services.assert_visited(limit, by_each=True)
