"""behave's hooks: what is done before and after each part of a run. `journeys.suite` says how."""

from behave import register_type

from journeys import suite, vocabulary

register_type(**vocabulary.TYPES)


def before_all(context):
    suite.begin(context)


def before_scenario(context, scenario):
    suite.begin_scenario(context, scenario)


def before_step(context, step):
    suite.begin_step(context, step)


def after_step(context, step):
    suite.end_step(context, step)


def after_scenario(context, scenario):
    suite.end_scenario(context, scenario)


def after_all(context):
    suite.end(context)
