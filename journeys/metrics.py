"""Every metric we publish: its name, type, labels and meaning. No name stands anywhere else."""

from dataclasses import dataclass

from journeys.failures import REASONS

APIS = ("s3", "ec2", "openstack", "http", "kubernetes", "ssh")


@dataclass(frozen=True)
class Family:
    """A metric family. `kind` is counter, gauge or histogram; durations are seconds, sizes bytes."""

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...] = ()


def _counter(name: str, meaning: str, *labels: str) -> Family:
    return Family(name, "counter", meaning, labels)


def _gauge(name: str, meaning: str, *labels: str) -> Family:
    return Family(name, "gauge", meaning, labels)


LAST_RUN_TIMESTAMP = _gauge("journey_last_run_timestamp_seconds", "When the last run ended, in Unix time.")
LAST_SUCCESS_TIMESTAMP = _gauge(
    "journey_last_success_timestamp_seconds", "When the last run that kept every promise ended, in Unix time."
)
LAST_RUN_DURATION = _gauge("journey_last_run_duration_seconds", "How long the last run took.")
LAST_RUN_SUCCESS = _gauge("journey_last_run_success", "1 if the last run kept every promise, else 0.")
LAST_RUN_SCENARIOS = _gauge("journey_last_run_scenarios", "Scenarios of the last run by result.", "result")
RUNS = _counter("journey_runs_total", "Runs, whatever came of them.")
RUN_FAILURES = _counter("journey_run_failures_total", "Runs that ended with a verdict other than 0.")
RUN_ABORTS = _counter("journey_run_aborts_total", "Runs that were interrupted or killed.")
RUN_OVERLAPS = _counter(
    "journey_run_overlaps_total", "Runs that found another one of their target and suite under way."
)

SCENARIO_SUCCESS = _gauge(
    "journey_scenario_success",
    "1 if the promise was kept when it was last tried, else 0.",
    "feature",
    "scenario",
)
SCENARIO_DURATION = _gauge(
    "journey_scenario_last_duration_seconds", "How long the scenario took last time.", "feature", "scenario"
)
SCENARIO_LAST_SUCCESS = _gauge(
    "journey_scenario_last_success_timestamp_seconds",
    "When the promise was last seen kept, in Unix time.",
    *("feature", "scenario"),
)
SCENARIO_EXECUTIONS = _counter(
    "journey_scenario_executions_total", "Times the scenario was tried to its end.", "feature", "scenario"
)
SCENARIO_FAILURES = _counter(
    "journey_scenario_failures_total",
    "Times the promise was not seen kept: broken, or not to be judged.",
    "feature",
    "scenario",
)
STEP_DURATION = _gauge(
    "journey_step_last_duration_seconds", "How long the step took last time.", "feature", "scenario", "step"
)

OPERATION_DURATION = Family(
    "journey_operation_duration_seconds",
    "histogram",
    "Successful operations of steps, retries and the last byte of the answer included.",
    ("operation",),
)
OPERATION_FIRST_BYTE = Family(
    "journey_operation_first_byte_seconds",
    "histogram",
    "Successful reads, writes and listings of objects, from their start to the answer's first byte.",
    ("operation",),
)
OPERATION_LAST_DURATION = _gauge(
    "journey_operation_last_duration_seconds", "How long the last successful operation took.", "operation"
)
OPERATIONS = _counter("journey_operations_total", "Operations that steps carried out.", "operation")
OPERATION_FAILURES = _counter(
    "journey_operation_failures_total",
    "Operations that failed; a refusal that was expected is none.",
    "operation",
)
OPERATION_ATTEMPTS = _counter(
    "journey_operation_attempts_total",
    "HTTP attempts: more than operations where the SDK had to retry.",
    "operation",
)
SENT_BYTES = _counter(
    "journey_sent_bytes_total", "Bytes of request bodies, of every attempt that was answered.", "operation"
)
RECEIVED_BYTES = _counter("journey_received_bytes_total", "Bytes of response bodies.", "operation")
SUPPORT_OPERATIONS = _counter(
    "journey_support_operations_total",
    "Operations for set-up, cleanup or polling, or at another site; not part of the operation metrics.",
    *("operation", "purpose"),
)
SUPPORT_OPERATION_FAILURES = _counter(
    "journey_support_operation_failures_total",
    "Operations for set-up, cleanup or polling, or at another site, that failed.",
    *("operation", "purpose"),
)
FAILURES = _counter(
    "journey_failures_total", "Failed operations of steps, set-up included, by reason.", "api", "reason"
)
INTEGRITY_FAILURES = _counter(
    "journey_integrity_failures_total", "Operations that brought other bytes than were stored."
)

CONNECTION_PHASE = _gauge(
    "journey_connection_last_phase_duration_seconds", "How long the last new connection took, by phase.", "phase"
)
CERTIFICATE_EXPIRY = _gauge(
    "journey_certificate_expiry_timestamp_seconds", "When the endpoint's certificate expires, in Unix time."
)
CLOCK_SKEW = _gauge("journey_clock_skew_seconds", "How far the server's clock is ahead of ours; negative: behind.")
WAIT = Family(
    "journey_wait_seconds", "histogram", "How long it took until what was asked for could be seen.", ("what",)
)
BENCHMARK_DURATION = _gauge(
    "journey_benchmark_last_duration_seconds", "How long the last benchmark inside a server took.", "what"
)
BENCHMARK_SPEED = _gauge(
    "journey_benchmark_last_bytes_per_second", "How fast the last benchmark inside a server moved bytes.", "what"
)
BENCHMARK_OPERATIONS = _gauge(
    "journey_benchmark_last_operations_per_second",
    "Operations that the last benchmark inside a server did.",
    "what",
)
PING_DURATION = _gauge(
    "journey_ping_last_duration_seconds", "How long answers to the last pings took, on average.", "what"
)
PING_LOSS = _gauge("journey_ping_last_loss_ratio", "Which share of the last pings was not answered.", "what")
CANARY_OBJECTS = _gauge(
    "journey_canary_objects", "Objects of earlier runs that this run looked at again, by state.", "state"
)
CANARY_OLDEST = _gauge(
    "journey_canary_oldest_timestamp_seconds", "When the oldest canary that is intact was written, in Unix time."
)
OBJECTIVE_SECONDS = _gauge("journey_objective_seconds", "The time limit of a speed objective.", "objective")
OBJECTIVE_RATIO = _gauge(
    "journey_objective_ratio", "The share of calls that have to keep the limit, from 0 to 1.", "objective"
)
OBJECTIVE_EVENTS = _counter("journey_objective_events_total", "Calls that an objective is about.", "objective")
OBJECTIVE_MISSES = _counter(
    "journey_objective_misses_total", "Calls that failed or took longer than their objective allows.", "objective"
)

LEFTOVER_RESOURCES = _gauge("journey_leftover_resources", "Resources of ours that could not be removed yet.", "kind")
CLEANUP_FAILURES = _counter("journey_cleanup_failures_total", "Failed operations of cleanup.")
DELIVERY_FAILURES = _counter("journey_delivery_failures_total", "Pushes that did not arrive, or not for sure.")
BUILD_INFO = _gauge("journey_build_info", "1, labelled with what runs.", "version", "python", "behave", "boto3")

CANARY_STATES = ("intact", "missing", "corrupt")
# What is waited for: until another connection sees what was stored or deleted, until a second site does.
WAITS = ("object_visible", "listing_visible", "deletion_visible", "replica_visible", "replica_deletion_visible")
CLOUD_WAITS = (
    *("server_accepted", "server_scheduled", "server_spawned", "server_active", "server_stopped"),
    "server_reachable",
    *("port_attached", "port_detached", "volume_available", "volume_attached", "volume_extended"),
    *(
        "snapshot_available",
        "public_address_active",
        "load_balancer_active",
        "load_balancer_answers",
        "member_left_out",
    ),
    *("network_gone", "subnet_gone", "port_gone", "security_group_gone", "key_pair_gone", "server_gone"),
    *("volume_gone", "snapshot_gone", "public_address_gone", "load_balancer_gone"),
)
KUBERNETES_WAITS = (
    *("pod_scheduled", "pod_ready", "pod_gone", "deployment_ready", "service_ready", "service_answers"),
    *("deployment_gone", "namespace_gone"),
)
PHASES = ("resolve", "connect", "tls")
RESULTS = ("passed", "failed", "error", "skipped", "aborted")

FAMILIES: tuple[Family, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Family))

# Counters that exist before anything happened: the first non-zero sample of a series is invisible to increase().
BORN_AT_ZERO: tuple[tuple[Family, tuple[str, ...]], ...] = (
    *((family, ()) for family in FAMILIES if family.kind == "counter" and not family.labels),
    *((FAILURES, (api, reason)) for api in APIS for reason in REASONS),
)
PER_OPERATION = (
    OPERATION_DURATION,
    OPERATIONS,
    OPERATION_FAILURES,
    OPERATION_ATTEMPTS,
    SENT_BYTES,
    RECEIVED_BYTES,
)
PER_SCENARIO = (SCENARIO_EXECUTIONS, SCENARIO_FAILURES)
PER_OBJECTIVE = (OBJECTIVE_EVENTS, OBJECTIVE_MISSES)
