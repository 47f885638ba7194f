"""The dashboards, as code: `python -m deploy.grafana.dashboards` writes the JSON that Grafana loads.

Runs push now and then, so nothing here uses Grafana's `$__rate_interval`, which follows the scrapes and would find no
two different samples. Rates look back over `$window`, which has to hold two runs; counts look at the range shown.
Each dashboard begins with the age of all it shows, and shades the times at which a target was not watched.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from grafana_foundation_sdk.builders import bargauge, common, dashboard, heatmap, prometheus, stat, statetimeline, table
from grafana_foundation_sdk.builders import timeseries as lines
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as parts
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from journeys import metrics
from journeys.metrics import Family

HERE = Path(__file__).parent / "dashboards"
TAG = "cloud-journeys"
DATASOURCE = parts.DataSourceRef(type_val="prometheus", uid="${datasource}")
CHOSEN = 'suite=~"$suite", target=~"$target"'

# Recorded by deploy/prometheus/rules/expected.yml and recorded.yml.
AGE = f"journeys:age:seconds{{{CHOSEN}}}"
OVERDUE = f"journeys:overdue:bool{{{CHOSEN}}}"
INTERVAL = f"journeys:expected_interval:seconds{{{CHOSEN}}}"
BURN_RATE = f"journeys:objective:burn_rate_6h{{{CHOSEN}}}"
RETRIES = f"journeys:retries:ratio_4h{{{CHOSEN}}}"

# Named by the contract; no journey fills them yet, and then they will stand in journeys.metrics.
QUOTA = ("project", "region", "resource", "unit")
QUOTA_LIMIT = Family("journey_quota_limit", "gauge", "How much may be used.", QUOTA)
QUOTA_USED = Family("journey_quota_used", "gauge", "How much is used.", QUOTA)

GREEN, YELLOW, RED, GREY = "green", "#EAB839", "red", "#808080"
S3 = 'operation=~"s3[.].+"'
CLOUD = 'operation=~"(openstack|ec2|ssh)[.].+"'

Query = tuple[str, str]  # in PromQL, and its legend
Panel = Builder[parts.Panel]


# --- queries


def series(family: Family, *labels: str, part: str = "") -> str:
    """The series of a family, of the chosen suites and targets; `part` is that of a histogram."""
    return f"{family.name}{part}{{{', '.join((CHOSEN, *labels))}}}"


def grown(family: Family, *labels: str, part: str = "", over: str = "$window") -> str:
    """By how much a family's counters rose."""
    return f"increase({series(family, *labels, part=part)}[{over}])"


def total(of: str, *by: str) -> str:
    """The sum for each target, and for each of these labels."""
    return f"sum by ({', '.join(('suite', 'target', *by))}) ({of})"


def one_each(of: str, *by: str) -> str:
    """One value for each target, and for each of these labels: what a row of a table needs."""
    return f"max by ({', '.join(('suite', 'target', *by))}) ({of})"


def quantile(share: float, family: Family, *labels: str, by: Iterable[str] = ()) -> str:
    """The duration that this share of the observations did not exceed."""
    return f"histogram_quantile({share}, {total(grown(family, *labels, part='_bucket'), *by, 'le')})"


def age_of(timestamp: Family, *labels: str) -> str:
    return f"time() - {series(timestamp, *labels)}"


def state() -> str:
    """For each target: 0 if the last run kept all promises, 1 if it did not, 2 if nobody looks any more."""
    broken = total(f"1 - {series(metrics.LAST_RUN_SUCCESS)}")
    return f"2 * ({OVERDUE} == 1) or on (suite, target) {broken}"


# --- panels


def thresholds(*steps: tuple[float | None, str]) -> dashboard.ThresholdsConfig:
    return (
        dashboard.ThresholdsConfig()
        .mode(parts.ThresholdsMode.ABSOLUTE)
        .steps([parts.Threshold(value=value, color=color) for value, color in steps])
    )


def good_below(warning: float, bad: float) -> dashboard.ThresholdsConfig:
    return thresholds((None, GREEN), (warning, YELLOW), (bad, RED))


def good_above(warning: float, good: float) -> dashboard.ThresholdsConfig:
    return thresholds((None, RED), (warning, YELLOW), (good, GREEN))


ZERO_IS_GOOD = thresholds((None, GREEN), (1, RED))
NEUTRAL = thresholds((None, GREY))


def mapping(*results: tuple[str, str, str]) -> list[parts.ValueMapping]:
    """Words and colours for values."""
    options = {
        value: parts.ValueMappingResult(text=text, color=color, index=index)
        for index, (value, text, color) in enumerate(results)
    }
    return [parts.ValueMap(options=options)]


STATES = mapping(("0", "kept", GREEN), ("1", "broken", RED), ("2", "not watched", GREY))


def _queries(panel, queries: Iterable[Query], *, instant: bool = False, format_as: PromQueryFormat | None = None):
    for number, (expr, legend) in enumerate(queries):
        query = prometheus.Dataquery().expr(expr).legend_format(legend).ref_id(chr(ord("A") + number))
        query = query.instant() if instant else query.range()
        panel.with_target(query.format(format_as) if format_as else query)
    return panel.datasource(DATASOURCE)


def number(title: str, description: str, query: Query, unit: str, levels: dashboard.ThresholdsConfig) -> stat.Panel:
    """The present value, one for each target."""
    panel = stat.Panel().title(title).description(description).span(6).height(5).unit(unit).thresholds(levels)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"])).no_value("nothing reported")
    panel.color_mode(looks.BigValueColorMode.VALUE).graph_mode(looks.BigValueGraphMode.NONE)
    return _queries(panel, [query], instant=True)


def chart(title: str, description: str, unit: str, *queries: Query, stacked: bool = False, width: int = 12):
    """Values over time."""
    panel = lines.Panel().title(title).description(description).span(width).height(8).unit(unit).min(0)
    panel.legend(
        common.VizLegendOptions()
        .display_mode(looks.LegendDisplayMode.TABLE)
        .placement(looks.LegendPlacement.BOTTOM)
        .show_legend(True)
        .calcs(["lastNotNull", "max"])
    )
    panel.tooltip(common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI).sort(looks.SortOrder.DESCENDING))
    panel.fill_opacity(30 if stacked else 0).show_points(looks.VisibilityMode.NEVER)
    if stacked:
        panel.stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL).group("A"))
    return _queries(panel, queries)


def columns(title: str, description: str, height: int, *queries: tuple[str, str, dict[str, object]]) -> table.Panel:
    """A row for each set of labels, a column for each query: (PromQL, heading, how the column looks)."""
    panel = table.Panel().title(title).description(description).span(24).height(height).no_value("–")
    panel.filterable(True)
    _queries(panel, [(expr, "") for expr, _, _ in queries], instant=True, format_as=PromQueryFormat.TABLE)
    panel.with_transformation(parts.DataTransformerConfig(id_val="merge", options={}))
    names = [f"Value #{chr(ord('A') + place)}" for place in range(len(queries))] if len(queries) > 1 else ["Value"]
    labels = (
        "target",
        "suite",
        "feature",
        "scenario",
        "alertname",
        "severity",
        "project",
        "region",
        "resource",
        "unit",
    )
    shown = [*labels, "kind", "version", "python", "behave", "boto3", *names]
    renamed = {name: heading for name, (_, heading, _) in zip(names, queries, strict=True)}
    organized = {
        "excludeByName": dict.fromkeys(("Time", "__name__", "job", "instance", "alertstate"), True),
        "indexByName": {name: place for place, name in enumerate(shown)},
        "renameByName": renamed,
    }
    panel.with_transformation(parts.DataTransformerConfig(id_val="organize", options=organized))
    for _, heading, look in queries:
        panel.override_by_name(heading, [parts.DynamicConfigValue(id_val=key, value=of) for key, of in look.items()])
    return panel


def looking(
    unit: str, levels: dashboard.ThresholdsConfig | None = None, words: list | None = None
) -> dict[str, object]:
    """How a column looks: its unit, and the colour of its cells."""
    look: dict[str, object] = {"unit": unit}
    if levels or words:
        look["custom.cellOptions"] = {"type": "color-background", "mode": "basic"}
    if levels:
        look["thresholds"] = levels.build()
    if words:
        look["mappings"] = words
    return look


def heat(title: str, description: str, family: Family, *labels: str) -> heatmap.Panel:
    """How many observations fell where, over time: a column is as wide as the window, at least."""
    panel = heatmap.Panel().title(title).description(description).span(16).height(9).interval("$window")
    panel.calculate(False).unit("short").color(
        heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(64)
    )
    panel.y_axis(heatmap.YAxisConfig().unit("s").axis_placement(looks.AxisPlacement.LEFT))
    panel.scale_distribution(common.ScaleDistributionConfig().type(looks.ScaleDistribution.LINEAR))
    counted = f"sum by (le) ({grown(family, *labels, part='_bucket', over='$__interval')})"
    return _queries(panel, [(counted, "{{le}}")], format_as=PromQueryFormat.HEATMAP)


def distribution(title: str, description: str, family: Family, *labels: str) -> bargauge.Panel:
    """How many observations fell where, in all of the range shown."""
    panel = bargauge.Panel().title(title).description(description).span(8).height(9).unit("short").min(0)
    panel.orientation(looks.VizOrientation.HORIZONTAL).display_mode(looks.BarGaugeDisplayMode.GRADIENT)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"])).thresholds(thresholds((None, "orange")))
    counted = f"sum by (le) ({grown(family, *labels, part='_bucket', over='$__range')})"
    return _queries(panel, [(counted, "up to {{le}} s")], instant=True, format_as=PromQueryFormat.HEATMAP)


def timeline(title: str, description: str, query: Query, words: list[parts.ValueMapping]) -> statetimeline.Panel:
    """What was so when."""
    panel = statetimeline.Panel().title(title).description(description).span(24).height(7).mappings(words)
    panel.show_value(looks.VisibilityMode.NEVER).merge_values(True).thresholds(NEUTRAL).fill_opacity(70)
    return _queries(panel, [query])


# --- dashboards


def variable(name: str, label: str, description: str, query: str) -> dashboard.QueryVariable:
    """What can be chosen, as Prometheus knows it; at first everything."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .description(description)
        .datasource(DATASOURCE)
        .query(query)
        .multi(True)
        .include_all(True)
        .all_value(".+")
        .current(parts.VariableOption(text="All", value="$__all"))
        .refresh(parts.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(parts.VariableSort.ALPHABETICAL_ASC)
    )


def begun(uid: str, title: str, description: str, *variables: Builder[parts.VariableModel]) -> dashboard.Dashboard:
    """A dashboard with what all of them have: variables, links to the others, and how old everything is."""
    made = dashboard.Dashboard(f"Cloud Journeys: {title}").uid(f"journeys-{uid}").description(description)
    made.tags([TAG]).readonly().time("now-24h", "now").refresh("1m").timezone("browser")
    made.tooltip(parts.DashboardCursorSync.CROSSHAIR)
    made.link(
        dashboard.DashboardLink("Cloud Journeys")
        .type(parts.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .include_vars(True)
        .keep_time(True)
    )
    made.with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    reported = "journeys:last_run:timestamp_seconds"
    made.with_variable(variable("suite", "Suite", "Who watches.", f"label_values({reported}, suite)"))
    of_suite = f'label_values({reported}{{suite=~"$suite"}}, target)'
    made.with_variable(variable("target", "Target", "What is watched.", of_suite))
    made.with_variable(
        dashboard.CustomVariable("window")
        .label("Averaged over")
        .description("Has to hold two runs: at least twice the time between them, and a minute.")
        .values("15m,30m,1h,4h,12h,1d")
        .current(parts.VariableOption(text="1h", value="1h"))
    )
    for each in variables:
        made.with_variable(each)
    made.annotation(
        dashboard.AnnotationQuery()
        .name("Not watched")
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color(GREY)
        .expr(f"{OVERDUE} == 1")
    )
    return made.with_panel(
        columns(
            "How old is what you see?",
            "A gateway shows the last values for ever. Where the last run is older than two intervals, nobody knows "
            "how the target is now, whatever the rest of this page says.",
            5,
            (
                one_each(OVERDUE),
                "What is shown is",
                looking("short", words=mapping(("0", "current", GREEN), ("1", "OLD", RED))),
            ),
            (one_each(AGE), "Last run ended before", looking("s")),
            (one_each(INTERVAL), "Expected every", looking("s")),
        )
    )


def overview() -> dashboard.Dashboard:
    made = begun("overview", "Overview", "All targets at a glance.")
    kept = total(series(metrics.SCENARIO_SUCCESS))
    broken = total(f"1 - {series(metrics.SCENARIO_SUCCESS)}")
    failed, tried = (
        total(grown(family, over="$__range")) for family in (metrics.SCENARIO_FAILURES, metrics.SCENARIO_EXECUTIONS)
    )
    alerts = f'count by (suite, target) (ALERTS{{alertname=~"Journeys.+", alertstate="firing", {CHOSEN}}})'
    made.with_panel(
        columns(
            "Targets",
            "The last run of each target; the share is that of the range shown.",
            8,
            (state(), "Promises were", looking("short", words=STATES)),
            (kept, "Kept", looking("short")),
            (broken, "Broken", looking("short", ZERO_IS_GOOD)),
            (f"1 - {failed} / ({tried} > 0)", "Share kept", looking("percentunit", good_above(0.99, 0.999))),
            (quantile(0.95, metrics.OPERATION_DURATION), "95 % of calls took up to", looking("s")),
            (total(series(metrics.LEFTOVER_RESOURCES)), "Left behind", looking("short", ZERO_IS_GOOD)),
            (f"{alerts} or ({state()}) * 0", "Alerts", looking("short", ZERO_IS_GOOD)),
        )
    )
    made.with_panel(
        timeline(
            "Runs",
            "Whether each run kept all promises, and when nobody looked.",
            (state(), "{{target}} ({{suite}})"),
            STATES,
        )
    )
    promise = ("feature", "scenario")
    broken_now = one_each(f"{series(metrics.SCENARIO_SUCCESS)} == 0", *promise)
    last_kept = one_each(age_of(metrics.SCENARIO_LAST_SUCCESS), *promise)
    times_broken = one_each(grown(metrics.SCENARIO_FAILURES, over="$__range"), *promise)
    made.with_panel(
        columns(
            "Broken promises",
            "Promises that were broken when they were last tried. Empty is good.",
            7,
            (broken_now, "Kept", looking("short", words=mapping(("0", "no", RED)))),
            (f"{last_kept} and {broken_now}", "Last kept before", looking("s")),
            (f"{times_broken} and {broken_now}", "Times broken in this range", looking("short")),
        )
    )
    made.with_panel(
        chart(
            "Promises broken",
            "How often, within the window. Read it beside the number of runs.",
            "short",
            (total(grown(metrics.SCENARIO_FAILURES), "scenario"), "{{target}}: {{scenario}}"),
        )
    )
    return made.with_panel(
        columns(
            "Alerts that fire",
            "What docs/alerts.md explains. Those of a target that is not watched are old news.",
            8,
            (f'ALERTS{{alertname=~"Journeys.+", alertstate="firing", {CHOSEN}}}', "Fires", looking("short")),
        ).span(12)
    )


def success(labels: str, over: str) -> str:
    failed, made = (
        total(grown(family, labels, over=over)) for family in (metrics.OPERATION_FAILURES, metrics.OPERATIONS)
    )
    return f"1 - {failed} / ({made} > 0)"


def combined(made: dashboard.Dashboard, what: str, labels: str) -> None:
    """What all operations of a service come to together."""
    made.with_row(dashboard.Row("All operations combined"))
    legend = "{{target}} ({{suite}})"
    made.with_panel(
        number(
            "Operations that succeeded",
            f"The share of all calls to {what} in the range shown. A refusal that was expected is a success.",
            (success(labels, "$__range"), legend),
            "percentunit",
            good_above(0.99, 0.999),
        )
    )
    made.with_panel(
        number(
            "95 % took up to",
            "Of successful calls within the window, from the call to the last byte of the answer.",
            (quantile(0.95, metrics.OPERATION_DURATION, labels), legend),
            "s",
            good_below(1, 5),
        )
    )
    made.with_panel(
        number(
            "Repetitions",
            "The share of requests that had to be repeated, over four hours, whatever the service.",
            (RETRIES, legend),
            "percentunit",
            good_below(0.01, 0.05),
        )
    )
    made.with_panel(
        number(
            "Calls",
            "Made within the range shown.",
            (total(grown(metrics.OPERATIONS, labels, over="$__range")), legend),
            "short",
            NEUTRAL,
        )
    )
    made.with_panel(
        chart(
            "Duration of all calls",
            "Half, nineteen in twenty, and ninety-nine in a hundred of the successful calls were as quick as this.",
            "s",
            *(
                (quantile(share, metrics.OPERATION_DURATION, labels), f"{{{{target}}}} {share:.0%}")
                for share in (0.5, 0.95, 0.99)
            ),
        )
    )
    made.with_panel(
        chart(
            "Share of calls that failed",
            "For each operation. A refusal that was expected is no failure.",
            "percentunit",
            (
                f"{total(grown(metrics.OPERATION_FAILURES, labels), 'operation')} "
                f"/ ({total(grown(metrics.OPERATIONS, labels), 'operation')} > 0)",
                "{{target}} {{operation}}",
            ),
        )
    )


def failures(apis: str) -> lines.Panel:
    return chart(
        "Errors by reason",
        "Failed calls of all steps, those that prepare a scenario included. docs/metrics.md explains the reasons.",
        "short",
        (total(grown(metrics.FAILURES, f'api=~"{apis}"'), "reason"), "{{target}} {{reason}}"),
        stacked=True,
    )


def each_operation(made: dashboard.Dashboard) -> None:
    """A row for each operation that was chosen."""
    chosen = 'operation=~"$operation"'
    made.with_row(dashboard.Row("$operation").repeat("operation"))
    made.with_panel(
        heat(
            "When were calls how quick?",
            "Successful calls of the chosen targets: the darker, the more.",
            metrics.OPERATION_DURATION,
            chosen,
        )
    )
    made.with_panel(
        distribution(
            "How many were how quick?",
            "Successful calls in the range shown, in steps of the histogram.",
            metrics.OPERATION_DURATION,
            chosen,
        )
    )


def operations(of: str) -> dashboard.QueryVariable:
    named = f"label_values({series(metrics.OPERATIONS, of)}, operation)"
    return variable("operation", "Operation", "Each gets a row of its own.", named)


def s3() -> dashboard.Dashboard:
    made = begun("s3", "S3", "Object stores, as users meet them.", operations(S3))
    combined(made, "the object store", S3)
    made.with_panel(failures("s3|http"))
    made.with_panel(
        chart(
            "Throughput",
            "Bytes of bodies for each second spent in the operation: what one user gets, not what the store can do.",
            "Bps",
            *(
                (
                    f"{total(grown(family, S3), 'operation')} "
                    f"/ ({total(grown(metrics.OPERATION_DURATION, S3, part='_sum'), 'operation')} > 0)",
                    f"{{{{target}}}} {{{{operation}}}} {way}",
                )
                for family, way in ((metrics.SENT_BYTES, "sent"), (metrics.RECEIVED_BYTES, "received"))
            ),
        )
    )
    made.with_panel(
        chart(
            "Until the first byte",
            "Nineteen in twenty answers began within this time.",
            "s",
            (quantile(0.95, metrics.OPERATION_FIRST_BYTE, S3, by=["operation"]), "{{target}} {{operation}}"),
        )
    )
    made.with_panel(
        chart(
            "Budget of objectives",
            "How many times as often as allowed an objective was missed, over six hours. Above 1 its budget shrinks.",
            "short",
            (BURN_RATE, "{{target}} {{objective}}"),
        )
    )
    made.with_row(dashboard.Row("What is stored stays"))
    made.with_panel(
        number(
            "Answers with other data",
            "Than was stored, in the range shown. Each one is a reason to worry.",
            (total(grown(metrics.INTEGRITY_FAILURES, over="$__range")), "{{target}}"),
            "short",
            ZERO_IS_GOOD,
        )
    )
    made.with_panel(
        number(
            "Oldest canary",
            "How long ago the oldest object was stored that is still intact.",
            (age_of(metrics.CANARY_OLDEST), "{{target}}"),
            "s",
            NEUTRAL,
        )
    )
    made.with_panel(
        chart(
            "Canaries",
            "Objects of earlier runs that the last run looked at again. None may be missing or corrupt.",
            "short",
            (total(series(metrics.CANARY_OBJECTS), "state"), "{{target}} {{state}}"),
        )
    )
    made.with_panel(
        chart(
            "Until others see it",
            "How long it took, for nineteen in twenty, until what was stored or deleted was seen elsewhere: by another "
            "connection, or at the other site (replica).",
            "s",
            (quantile(0.95, metrics.WAIT, 'what=~".+_visible"', by=["what"]), "{{target}} {{what}}"),
        )
    )
    made.with_panel(
        heat(
            "Replication", "How long objects took to arrive at the other site.", metrics.WAIT, 'what="replica_visible"'
        )
        .span(12)
        .height(8)
    )
    connection(made)
    each_operation(made)
    return made


def connection(made: dashboard.Dashboard) -> None:
    made.with_row(dashboard.Row("Connection"))
    made.with_panel(
        number(
            "Certificate expires in",
            "The one that the endpoint shows.",
            (f"{series(metrics.CERTIFICATE_EXPIRY)} - time()", "{{target}}"),
            "s",
            good_above(3 * 86400, 14 * 86400),
        )
    )
    made.with_panel(
        number(
            "Clocks differ by",
            "How far the target's clock is ahead of the monitor's. Beyond 15 minutes signatures are refused.",
            (f"abs({series(metrics.CLOCK_SKEW)})", "{{target}}"),
            "s",
            good_below(10, 60),
        )
    )
    made.with_panel(
        chart(
            "Phases of a connection",
            "Finding the address, connecting, and agreeing on encryption, at the last new connection.",
            "s",
            (series(metrics.CONNECTION_PHASE), "{{target}} {{phase}}"),
        )
    )


def cloud() -> dashboard.Dashboard:
    waits = 'what!~".+_visible"'
    waiting = variable(
        "what",
        "Wait",
        "Each gets a row of its own.",
        f"label_values({series(metrics.WAIT, waits, part='_count')}, what)",
    )
    made = begun("cloud", "Cloud", "Servers, networks and volumes, as users meet them.", operations(CLOUD), waiting)
    made.with_row(dashboard.Row("Waiting for what was asked for"))
    for share, title in ((0.5, "Half of the waits"), (0.95, "Nineteen in twenty waits")):
        made.with_panel(
            chart(
                title,
                "From asking for it until it can be used, such as a server that is active.",
                "s",
                (quantile(share, metrics.WAIT, waits, by=["what"]), "{{target}} {{what}}"),
            )
        )
    combined(made, "the cloud's programming interface", CLOUD)
    made.with_panel(failures("openstack|ec2|ssh"))
    made.with_panel(
        chart(
            "Duration of each operation",
            "Nineteen in twenty of the successful calls were as quick as this.",
            "s",
            (quantile(0.95, metrics.OPERATION_DURATION, CLOUD, by=["operation"]), "{{target}} {{operation}}"),
        )
    )
    made.with_row(dashboard.Row("Inside servers"))
    made.with_panel(
        chart(
            "Computing",
            "How long a server computed at its last benchmark.",
            "s",
            (series(metrics.BENCHMARK_DURATION), "{{target}} {{what}}"),
        )
    )
    made.with_panel(
        chart(
            "Moving bytes",
            "How fast a server wrote to its disk, or two servers exchanged data, at the last benchmark.",
            "Bps",
            (series(metrics.BENCHMARK_SPEED), "{{target}} {{what}}"),
        )
    )
    made.with_panel(
        chart(
            "Operations of disks",
            "How many operations a server's disk did at its last benchmark.",
            "iops",
            (series(metrics.BENCHMARK_OPERATIONS), "{{target}} {{what}}"),
        )
    )
    made.with_panel(
        chart(
            "Lost pings",
            "Which share of the pings of the last run was not answered.",
            "percentunit",
            (series(metrics.PING_LOSS), "{{target}} {{what}}"),
        )
    )
    made.with_panel(
        chart(
            "Answers to pings",
            "How long answers to the pings of the last run took, on average.",
            "s",
            (series(metrics.PING_DURATION), "{{target}} {{what}}"),
        )
    )
    made.with_row(dashboard.Row("$what").repeat("what"))
    chosen = 'what=~"$what"'
    made.with_panel(heat("When did waits last how long?", "The darker, the more of them.", metrics.WAIT, chosen))
    made.with_panel(
        distribution(
            "How many lasted how long?", "In the range shown, in steps of the histogram.", metrics.WAIT, chosen
        )
    )
    each_operation(made)
    return made


def usage() -> dashboard.Dashboard:
    made = begun("usage", "Usage", "How much of what is allowed is used.")
    used, limit = one_each(series(QUOTA_USED), *QUOTA), one_each(series(QUOTA_LIMIT), *QUOTA)
    share = f"{used} / ({limit} > 0)"
    made.with_panel(
        columns(
            "Quotas",
            "What each project may use, and uses. A limit below zero means that there is none.",
            10,
            (used, "Used", looking("short")),
            (limit, "Limit", looking("short")),
            (share, "Share", looking("percentunit", good_below(0.8, 0.9))),
        )
    )
    legend = "{{target}} {{project}} {{region}} {{resource}}"
    made.with_panel(
        chart("Share of quotas that is used", "Of those that have a limit.", "percentunit", (share, legend))
    )
    return made.with_panel(chart("Used", "In units of the resource.", "short", (used, legend + " ({{unit}})")))


def monitor() -> dashboard.Dashboard:
    made = begun("monitor", "Monitor", "Whether the monitor itself works.")
    legend = "{{target}} ({{suite}})"
    made.with_panel(chart("Time since the last run", "A saw: it falls to zero with each run.", "s", (AGE, legend)))
    made.with_panel(
        chart(
            "How long runs take",
            "Set-up and cleanup included. It has to stay below the time between runs.",
            "s",
            (series(metrics.LAST_RUN_DURATION), legend),
        )
    )
    made.with_panel(
        chart(
            "Runs",
            "Within the window: all, those that broke a promise or could not be judged, those that were cut short, and "
            "those that met another one.",
            "short",
            *(
                (total(grown(family)), f"{{{{target}}}} {what}")
                for family, what in (
                    (metrics.RUNS, "all"),
                    (metrics.RUN_FAILURES, "failed"),
                    (metrics.RUN_ABORTS, "cut short"),
                    (metrics.RUN_OVERLAPS, "met another"),
                )
            ),
        )
    )
    made.with_panel(
        chart(
            "Scenarios of the last run",
            "By what came of them. An error is a mistake of the suite.",
            "short",
            (total(series(metrics.LAST_RUN_SCENARIOS), "result"), "{{target}} {{result}}"),
            stacked=True,
        )
    )
    made.with_panel(
        chart(
            "Left behind",
            "What the journeys created and could not remove yet.",
            "short",
            (total(series(metrics.LEFTOVER_RESOURCES), "kind"), "{{target}} {{kind}}"),
        )
    )
    made.with_panel(
        chart(
            "Cleanup that failed",
            "Calls that should have removed something and did not, within the window.",
            "short",
            (total(grown(metrics.CLEANUP_FAILURES)), legend),
        )
    )
    made.with_panel(
        chart(
            "Deliveries that failed",
            "Pushes that did not arrive, within the window; known once a later one has.",
            "short",
            (total(grown(metrics.DELIVERY_FAILURES)), legend),
        )
    )
    made.with_panel(
        chart(
            "Time since the gateway took a push, or refused one",
            "As the gateway itself tells. A refusal that is younger than the last push is bad.",
            "s",
            (f'time() - push_time_seconds{{job="journeys", {CHOSEN}}}', "{{target}} taken"),
            (f'time() - (push_failure_time_seconds{{job="journeys", {CHOSEN}}} > 0)', "{{target}} refused"),
        )
    )
    made.with_panel(
        chart(
            "Requests for each call",
            "Repetitions included: 1 where nothing had to be repeated.",
            "short",
            (
                f"{total(grown(metrics.OPERATION_ATTEMPTS), 'operation')} "
                f"/ ({total(grown(metrics.OPERATIONS), 'operation')} > 0)",
                "{{target}} {{operation}}",
            ),
        )
    )
    made.with_panel(
        chart(
            "Set-up, cleanup and polling",
            "Calls that say nothing about promises, within the window.",
            "short",
            (total(grown(metrics.SUPPORT_OPERATIONS), "purpose"), "{{target}} {{purpose}}"),
            (total(grown(metrics.SUPPORT_OPERATION_FAILURES), "purpose"), "{{target}} {{purpose}} failed"),
        )
    )
    made.with_panel(
        timeline(
            "Gateway",
            "Whether Prometheus could ask the Pushgateway.",
            ('up{job="pushgateway"}', "{{instance}}"),
            mapping(("0", "absent", RED), ("1", "answers", GREEN)),
        )
    )
    return made.with_panel(
        columns(
            "What runs",
            "Versions, as the last run reported them.",
            6,
            (series(metrics.BUILD_INFO), "Reported", looking("short")),
        )
    )


DASHBOARDS = {"overview": overview, "s3": s3, "cloud": cloud, "usage": usage, "monitor": monitor}


def generated() -> dict[Path, str]:
    """The files, and what belongs into them."""
    files = {}
    for name, make in DASHBOARDS.items():
        built = make().build()
        for number, panel in enumerate(built.panels or [], 1):
            panel.id_val = number
        files[HERE / f"{name}.json"] = JSONEncoder(sort_keys=True, indent=2).encode(built) + "\n"
    return files


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for file, text in generated().items():
        file.write_text(text)
        print(file, file=sys.stderr)
