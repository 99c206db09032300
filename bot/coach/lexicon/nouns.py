"""Nouns by how much they pin down: generic things, signals, artefacts, lessons, groups of people."""

from bot.coach.lexicon.table import idioms, words

# Alone, none of these says which one.
GENERIC = words(
    """
    bug bugs issue issues problem problems error errors thing things stuff process processes procedure procedures
    system systems service services code codebase documentation docs doc documents document runbook runbooks
    playbook playbooks wiki guide guides faq readme monitoring alerting alert alerts metric metrics observability
    visibility telemetry tracing logging logs log dashboard dashboards monitor monitors test tests testing coverage
    unit integration e2e validation check checks performance reliability resilience resiliency stability security
    scalability availability quality robustness efficiency usability maintainability uptime safety improvement
    improvements enhancement enhancements fix fixes change changes update updates solution solutions workaround
    measure measures action actions step steps approach method mechanism mechanisms way ways strategy plan plans
    option options tool tools tooling script scripts automation infrastructure infra environment environments server
    servers application app apps software platform component components setup config configuration configurations
    settings setting feature features incident incidents outage outages root cause causes failure failures situation
    case cases scenario scenarios communication communications training review reviews information info detail
    details data item items task tasks ticket tickets work part parts piece area areas team teams people everyone
    anyone someone everything anything something everybody user users dependencies hardware packages libraries
    lessons learned practice practices best standards standard regression regressions guidance guidelines guideline
    policy policies future time others need needs use used possible place kind sort type types lot bit management
    handling support access response question questions existing known necessary needed relevant role roles
    responsibility responsibilities findings learnings feedback protocol protocols mode modes flow flows
    """
)
# The head noun of a monitoring item: it needs a signal.
MONITORING = words(
    """
    monitoring alerting alert alerts alarm alarms metric metrics observability visibility telemetry tracing
    dashboard dashboards monitor monitors logging instrumentation healthcheck healthchecks monitoring/alerting
    alerting/monitoring notifications notification alarming
    """
)
MONITORING_PHRASES = idioms(
    """
    health check, health checks, log monitoring, status check, status checks
    """
)
# The tool that watches is not what is watched.
TOOLS = words(
    """
    prometheus grafana datadog sentry newrelic new relic pagerduty opsgenie cloudwatch nagios icinga zabbix splunk
    kibana elastic elk loki slack statuspage pingdom honeycomb dynatrace stackdriver alertmanager thanos sensu kuma
    uptimerobot uptime-robot victorops graphite statsd otel opentelemetry jaeger logz papertrail azure aws gcp
    """
)
# Systems whose names look like a person's first name: “Consul should have checked the node” blames nobody.
SYSTEMS = words(
    """
    ambassador ansible apache argo argocd athena atlantis aurora avro backstage bazel bigquery buildkite caddy
    calico cassandra celery ceph cilium circleci clickhouse cloudflare cockroach concourse confluence consul coredns
    couchbase couchdb crossplane dapr databricks debezium deno django docker dynamo druid elasticsearch envoy etcd
    express falco fastly fivetran flannel flink fluentd fluentbit flyway gatekeeper gerrit git gitea github gitlab
    gradle haproxy harbor hadoop hazelcast helm heroku hive hystrix istio jenkins jira juniper kafka karpenter keycloak
    kinesis knative kong kubernetes kubelet kyverno lambda laravel linkerd liquibase logstash looker magento mariadb
    maven memcached mesos minio mongo mongodb mysql nats neo node nomad nginx okta openshift openstack openvpn oracle
    packer patroni pgbouncer pinot postfix postgres postgresql presto pulsar pulumi puppet python rabbit rabbitmq rails
    rancher ray redis redpanda redshift renovate rook ruby rust salt samza scylla sidekiq snowflake solr sonar
    sonarqube spark spinnaker spring sqs squid storm superset tableau teamcity tekton teleport temporal terraform
    traefik travis trino unbound unicorn vagrant varnish vault vector velero vercel vitess wireguard yarn zookeeper zuul
    dependabot cron systemd kubectl android chrome firefox linux windows debian ubuntu fedora
    """
)
# What can be measured or can happen: with a component it makes a monitoring item checkable.
SIGNALS = words(
    """
    blocked blocking
    state states latency latencies failing fail fails failed rate rates usage utilisation utilization disk disks
    memory cpu ram swap inode inodes lag depth size sizes expiry expiration expiring expire expires expired timeout
    timeouts saturation backlog count counts age duration durations throughput restart restarts restarting oom
    oomkilled oomkills crash crashes crashing crashloop crashloopbackoff stuck missing absent absence unavailable
    unavailability down drop drops dropped dropping spike spikes threshold thresholds percentile p50 p90 p95 p99
    p999 quota quotas iops bandwidth loss heartbeat heartbeats unreachable stale staleness freshness growth space
    full exhaustion exhausted slow slowness bounce bounces rejected rejections deadlock deadlocks delay delays
    delayed drift anomaly anomalies mismatch mismatches unhealthy degraded degradation pending evicted evictions
    eviction divergence ratio apdex slo slos sli slis burn uptime ttl consumption imbalance redelivery dead-letter
    dlq leak leaks heap goroutines descriptors length lengths deadman consecutive higher exceeds exceed exceeding
    above below running low high empty liveness readiness temperature overload utilizations volume invalid increase
    decrease number unexpected unusual replication-lag stalled stalls stops stopped offline online reachability
    out-of-memory out-of-disk
    """
)
# Signals when something stands beside them: “config load failures”, but not “failures”.
WEAK_SIGNALS = words(
    """
    failure failures error errors exception exceptions load capacity limit limits response success
    completion outage outages
    """
)
DOCUMENTATION = words(
    """
    documentation docs doc documents document runbook runbooks playbook playbooks wiki readme guide guides faq
    instructions knowledge-base manual checklist checklists sop sops procedure procedures
    """
)
ARTEFACTS = words(
    """
    document doc docs runbook playbook rfc adr proposal report spreadsheet write-up writeup summary postmortem
    post-mortem guideline guidelines policy page ticket tickets issue issues recommendation checklist design plan
    post article spec specification roadmap list inventory diagram
    """
)
TICKETS = words("ticket tickets issue issues story stories card cards task tasks jira bug epic spike")
LESSONS = words(
    """
    training trainings workshop workshops onboarding tour walkthrough walk-through walkthroughs brown-bag brownbag
    education awareness communication communications guidance tutorial tutorials lessons learnings knowledge-sharing
    reminder reminders lunch-and-learn bootcamp refresher seminar course courses webinar upskilling coaching
    mentoring demo presentation talk cross-training
    """
)
# What is taught here is no person: “train the detector”, “teach the linter”.
MACHINES = words(
    """
    linter model models detector bot bots system pipeline classifier parser script tool algorithm filter agent
    network deployer ci job checker scanner router balancer autoscaler scheduler
    """
)
LESSON_PHRASES = idioms(
    """
    brown bag, lunch and learn, knowledge sharing, knowledge transfer, knowledge share, lessons learned, lessons
    learnt, tech talk, training session, training sessions, best practices, best practice, training material,
    training materials, the word, show and tell, internal talk
    """
)
# Groups: nobody in particular.
COLLECTIVES = words(
    """
    community organisation organization company committee council board crew departments sysadmin validators
    contributors foundation we team teams everyone everybody someone somebody people folks admins administrators
    maintainers reviewers ops devops sre sres developers devs engineers operators staff management leads committers
    members approvers authors engineering qa infra sysadmins responders colleagues leadership squad squads owners
    programmers engs moderators mods volunteers stakeholders group department testers releasers on-callers oncallers
    installers scientists analysts designers technicians clinicians nurses contractors researchers officers
    coordinators supervisors interns architects testers commanders trainers reps agents-on-duty employees managers
    y'all deployers all reviewer oncall on-call us dbas
    """
)
PEOPLE = COLLECTIVES | words(
    """
    users customers clients pms devs reps newcomers joiners starters hires colleague designers editors stakeholders
    partners vendors consumers on-call oncall responder team's person staff
    """
)
# Things that stand for the absence of a concrete object.
PLACEHOLDERS = words(
    """
    everything anything something things thing stuff anyone everyone whatever etc etc. others someone it them this
    that these those
    """
)
# After a word that is verb and noun, these make it a noun: "backup strategy", "test coverage".
COMPOUND_HEADS = words(
    """
    testing tuning logic strategy policy policies process processes coverage plan plans threshold thresholds fatigue
    rate rates limit limits limiting procedure procedures script scripts suite suites dashboard dashboards config
    configuration automation management pipeline pipelines job jobs system tool tools tooling runbook playbook
    template templates rotation window windows queue queues handling checks check improvements improvement rules
    rule cases case data environment environments noise timeout timeouts group groups handler page pages branch
    messages message time times schedule schedules frequency levels level balancer balancers balancing balance list
    files file format retention aggregation server servers controls control center centre logs keys key
    """
)
# Names of an activity or a quality: as a bare heading they do not say what will exist afterwards.
ACTIVITIES = words(
    """
    pooling balancing recovery improvements improvement enhancements enhancement handling management hardening
    scaling autoscaling optimisation optimization resilience resiliency redundancy reliability stability security
    scalability degradation availability performance prevention mitigation planning cleanup clean-up refactoring
    refactor maintenance communication coordination strategy kickoff kick-off coverage tuning quality isolation
    separation segregation governance ownership capacity robustness caching sharding tolerance failover testing
    documentation docs observability tracing process processes procedures procedure tooling follow-up followup
    throttling alignment awareness clarification clarity accountability
    """
)
# A word for “we will think of something”: “define a Redis strategy”.
STRATEGIES = words(
    """
    strategy strategies approach solution solutions plan plans roadmap way ways story framework
    """
)
# Abstract ends: “add redundancy”, “reduce complexity” name no change.
ABSTRACT = words(
    """
    blast radius redundancy resilience resiliency safeguards safeguard guardrails guardrail protections protection
    ownership visibility flakiness fatigue complexity debt risk risks recurrence recurrences gap gaps degradation
    impact impacts exposure damage dependency dependence reliance consensus expectations knowledge burden
    trust bar barrier barriers bottleneck bottlenecks situation culture relationship relationships awareness
    responsiveness hygiene communication
    coordination
    collaboration resiliency readiness confidence maturity posture consistency
    steps toil single points point spof spofs cases edge clarity accountability awareness transparency robustness
    stability reliability safety durability noise friction alignment overhead flexibility oversight detection
    insight
    """
)
# What becomes of a generic noun when something specific is said about it is left to `concreteness.py`.
GENERIC_ACRONYMS = words(
    "api apis ci cd pr prs db ui ux qa sre ops it id ai todo etc faq asap ok tbd fyi slo slos sla slas kpi kpis rto rpo"
)

_ABSTRACT_ENDINGS = ("ity", "ness", "ance", "ence", "ency", "ancy", "ship")
_CONCRETE_ALL_THE_SAME = words(
    """
    instance utility facility entity identity quantity severity priority community authority vulnerability activity
    university parity sequence reference sentence audience preference conference latency frequency currency agency
    tenancy residency membership harness witness business insurance substance fence appliance balance affinity
    maintenance capacity dependency absence evidence license licence emergency
    """
)


def is_abstract(word: str) -> bool:
    """“continuity”, “readiness”, “governance”: by the lists above, else by the ending."""
    if word in ABSTRACT or word in ACTIVITIES:
        return True
    return word.endswith(_ABSTRACT_ENDINGS) and word not in _CONCRETE_ALL_THE_SAME


_PROFESSIONS = (
    "ologists",
    "arians",
    "icians",
    "neers",
    "managers",
    "analysts",
    "ographers",
    "itors",
    "visors",
    "inators",
)
_MACHINES_ALL_THE_SAME = frozenset({"monitors", "visitors", "capacitors", "hypervisors", "competitors"})


def is_profession(word: str) -> bool:
    """“librarians”, “electricians”: people by their trade, several of them."""
    return word.endswith(_PROFESSIONS) and word not in _MACHINES_ALL_THE_SAME
