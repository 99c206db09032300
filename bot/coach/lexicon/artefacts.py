"""Nouns for what can be made, installed or switched on: as a bare heading they still say what will exist."""

from bot.coach.lexicon.table import words

MADE = words(
    """
    account alarm alarms alert alerts allowlist annotation api app approval archive assertion backup backups badge
    banner banners blocklist bot box branch breaker breakers budget build builds button buttons cache calendar canary
    cap changelog card certificate channel channels chart charts check checker checks checklist checklists cli client
    cluster
    column command commands comment config configmap constraint constraints container contract controller copies copy
    cron cronjob dashboard dashboards database deadline defaults deployment deployments diagram digest directory
    disk disks document documents drain drill drills endpoint endpoints entry environment exporter exporters export
    failover field fields file filter filters firewall fixture fixtures flag flags folder form freeze function gate
    gates gateway generator graph graphs group guard guards handbook handler header headers heartbeat hook hooks host
    hosts image images index indexes indices instance instances integration interface inventory job jobs key keys
    label labels layer library licence license limit limiter limits link links lint linter list listing lists lock
    locks log login logs lookup machine machines mailbox map metric metrics middleware migration migrations mirror
    mode module monitor monitors node nodes notice notification notifications number numbers option order outbox
    override owner package page pager pages panel parameter parameters parser patch permission permissions phase
    pipeline pipelines playbook playbooks plugin policies policy pool pools port post prefix preview probe probes
    prompt prompts proposal proxy queue queues quota quotas rack ratelimit read-replica redirect redirects registry
    release releases removal rename renewal replica replicas report reports repository request restore restores
    rfc rollback rollbacks rota rotation router rule rules runbook runbooks runner runners sandbox scanner schedule
    schema screen script scripts secrets section sensor server servers service shutdown sheet slot snapshot snapshots
    spare spares stage step storage story subnet suite suites switch switches sync table tables tag tags task template
    templates test tests threshold thresholds ticket timeout timeouts timer toggle token tokens tool tools topic
    tracker transaction trigger triggers tutorial tunnel ui unit upgrade validator validators variable verification
    view views visualisation visualization volume volumes warning warnings watchdog webhook webhooks widget wiki
    window windows worker workers workflow wrapper zone zones upgrades limiting retry retries backoff access engineer
    contact contacts phone number line reminder reminders fallback counts count
    """
)
# Anywhere in the phrase: what comes after it happens without anybody.
MADE_BY_ITSELF = words(
    """
    automatic automated hourly nightly daily weekly monthly quarterly removal separate dedicated second per-tenant
    pre-merge pre-commit read-only idempotent
    """
)
