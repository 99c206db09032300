"""Adjectives, adverbs and idioms: comparatives, empty qualities, care, hedges, time-frames."""

from bot.coach.lexicon.table import idioms, words

COMPARATIVES = words(
    """
    sooner better more less fewer faster quicker easier safer cleaner simpler stronger smarter tighter stricter
    clearer earlier smoother lighter cheaper smaller larger bigger higher lower longer shorter nicer friendlier
    finer deeper wider broader greater tougher saner healthier wiser closer harder improved enhanced increased
    slower sharper richer looser
    """
)
# Good in themselves and checkable by nobody.
EMPTY_QUALITIES = words(
    """
    robust resilient reliable stable efficient scalable performant user-friendly maintainable graceful gracefully
    proper properly comprehensive sufficient adequate sane sensible appropriate appropriately suitable reasonable
    good great solid decent nice effective effectively efficiently reliably robustly cleanly correctly optimal
    intuitive flexible seamless meaningful actionable useful thorough clear obvious secure fault-tolerant
    bulletproof correct right relevant necessary adequately sensibly consistent consistently smooth sustainable
    tolerant foolproof fool-proof future-proof failsafe fail-safe seamless painless predictable
    holistic cohesive additional extra faster-than-now ready readily
    """
)
# The few of them that leave a value open: "a sane value", "appropriate limits".
OPEN_VALUES = words(
    """
    sane sensible appropriate suitable reasonable proper adequate sufficient better decent correct right optimal
    good meaningful
    """
)
VALUE_NOUNS = words(
    """
    value values limit limits threshold thresholds level levels size sizes timeout timeouts setting settings default
    defaults amount number interval intervals frequency resources permissions monitoring alerting alerts alert
    logging metrics tests testing checks validation documentation docs error handling measures action actions
    tooling coverage safeguards protections controls observability visibility dashboards way solution procedures
    procedure process place places time retention backups backup configuration config capacity
    """
)
CARE = words(
    """
    careful mindful deliberate aware diligent vigilant cautious thoughtful conscious attentive considerate
    disciplined proactive rigorous alert patient responsible conservative wary explicit precise sure certain
    conscientious prepared transparent meticulous thorough collaborative strict
    """
)
CARE_ADVERBS = words(
    """
    carefully cautiously diligently thoughtfully attentively collaboratively mindfully vigilantly thoroughly
    responsibly proactively properly actually actively
    """
)
CARE_PHRASES = idioms(
    """
    pay attention, pay more attention, pay closer attention, pay close attention, take care, take more care,
    take extra care, more careful, be careful, keep in mind, bear in mind, remember to, don't forget, do not
    forget, not forget, never forget, double check, double-check, be sure to, make sure to, be mindful, keep an
    eye, watch out, think twice, think before, always check, always test, always verify, exercise caution, use
    caution, with care, with caution, extra care, more attention, more diligent, more carefully, human error,
    common sense, slow down, keep calm, stay calm, stay alert, stay vigilant, as a habit, be more, beware of, make it
    a habit, get in the habit, get into the
    habit
    """
)
HEDGES = words("maybe perhaps possibly potentially ideally probably hopefully optionally eventually someday")
HEDGE_PHRASES = idioms(
    """
    if possible, if time permits, when time permits, when we have time, someday, at some point, is recommended,
    are recommended, would be useful, would be nice, would be good, would be great, would be helpful, would be
    better, would be ideal, would be worth, might be useful, might be worth, may be worth, could be useful,
    might be good, could be worth, is worth, it's worth, nice to have, may want to, might want to, could be
    good, would help, might help, could help, may help, if we want, not sure, no action, to be discussed,
    would like to, would have, could have, should have been, it may be, it might
    be, it could be, worth considering, worth investigating, worth exploring
    """
)
# Openers about conduct from now on.
FROM_NOW_ON = idioms(
    """
    in future, in the future, for future, for the future, going forward, going forwards, moving forward, next
    time, from now on, for next time, in future cases, for future use, for future incidents
    """
)
OPEN_ENDS = idioms(
    """
    some form of, shift left, to a point where, the loop, etc, and so on, as needed, as necessary, where necessary,
    where needed, if needed, if
    necessary, where
    possible, when possible, whenever possible, as they arise, as appropriate, where appropriate, when needed,
    and similar, and other things, this from happening again, happen again, this happening, avoid a repeat,
    things go wrong, something goes wrong, something breaks, things break, happening again, happens again, as
    much as possible, as soon as possible, some sort of, some kind of, any kind of, any sort of, this kind of,
    this type of, these kinds of, sort of thing, in general, from happening, from occurring, similar issues,
    similar incidents, such issues, such incidents, future incidents, future issues, future outages
    """
)
