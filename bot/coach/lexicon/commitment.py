"""Verbs by how much one object pins them down; the back-off in `rules/thin.py` goes by it."""

from bot.coach.lexicon.table import words

# They point somewhere and stop nowhere: without a name, a number or a condition nobody can tell when they are done.
SOFT = words(
    """
    mitigate avoid resolve address bring achieve adapt anticipate assure balance build-up catch classify comply
    cope coordinate cover craft
    cultivate
    depend detail detect discourage emulate engage evolve exercise expand extend facilitate focus foster grow
    guarantee
    guide handle harmonise harmonize help incorporate involve keep leverage liaise maintain manage mature mind
    minimise minimize modernise modernize nurture observe organise organize participate pay plan practise
    practice prefer
    prepare prevent prioritise prioritize promote protect realign reflect refine rely respect respond rethink
    rightsize right-size safeguard scale secure seek settle solve spot stay stick strive
    support surface sustain tailor tackle target track transform utilise utilize watch work
    """
)
# One object is enough for these: “rotate the signing key”.
DEFINITE = words(
    """
    abandon archive assign ban block buy cancel cap close decommission delete demote deprecate destroy disable drain
    drop eject eliminate enable encrypt enforce expire file fire flip flush freeze hire import ingest install kill
    launch link lock lower mask merge mirror move mute order page patch pause pay pin postpone promote publish purge
    quarantine reboot rebase rebuild recover recycle redact redeploy re-enable refund reindex release remove rename
    renew replace reset resize restart restore resume retire revert revoke roll rollback rotate run sandbox seed send
    ship shut sign silence skip snapshot split stop subscribe sunset suspend swap switch tag throttle trim truncate
    turn unblock uninstall unpin unsubscribe upload withdraw yank reimburse contact assemble add document
    """
)
