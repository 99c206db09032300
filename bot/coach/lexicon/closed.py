"""The closed classes of English: articles, pronouns, prepositions, auxiliaries and other small words."""

from bot.coach.lexicon.table import words

DETERMINERS = words(
    """
    a an the this that these those each every all any some no our their its my your his her another both one either
    neither several many few such other
    """
)
PRONOUNS = words(
    """
    nobody noone i we you they it he she us them me him this that these those there itself themselves ones
    """
)
# "there", "it" and the like never own anything: a sentence about them describes.
DUMMY_SUBJECTS = words("there it this that these those")
MODALS = words("should must will shall can could may might would ought cannot")
OBLIGATIONS = words("should must will shall ought")
HEDGING_MODALS = words("could may might would")
BE = words("be is are was were am been being")
HAVE = words("have has had having")
DO = words("do does did")
NEGATIONS = words("not never no cannot nothing")
PREPOSITIONS = words(
    """
    of in on at for from with without by via into onto over under across through between among against around about
    during per within beyond behind near upon towards toward out off up down as like than except regarding
    concerning including plus using versus vs re throughout inside outside along
    """
)
SUBORDINATORS = words(
    """
    when whenever if unless until once because since while whilst before after so whether although though where
    wherever in-case
    """
)
QUESTION_WORDS = words("why how what which who whom whose where when whether")
RELATIVES = words("that which who whom whose where")
CONJUNCTIONS = words("and or but & then + nor")
ADVERBS = words(
    """
    also already now still just only again always never often sometimes soon sooner later too very quite not yet
    currently then instead even first together once maybe perhaps possibly probably potentially likely ideally
    really rather almost enough elsewhere anyway asap please further ahead back here there regularly daily weekly
    monthly hourly
    """
)
NOT_ADVERBS_IN_LY = words(
    """
    reply apply supply assembly anomaly family daily weekly monthly hourly early nightly quarterly yearly comply
    rely multiply fly imply only bully tally friendly likely
    """
)
