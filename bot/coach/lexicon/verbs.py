"""Verbs by what they promise: an inquiry, an improvement, a check, a lesson, a change."""

from bot.coach.lexicon.table import forms, idioms, words

# A promise to know more, not to change anything.
INQUIRY = words(
    """
    consider reconsider investigate reinvestigate explore research discuss ponder think rethink brainstorm identify
    determine evaluate re-evaluate reevaluate assess reassess re-assess examine re-examine study analyse analyze
    understand review try attempt experiment trial spike debug diagnose inspect survey contemplate decide wonder
    learn look dig find gauge weigh clarify troubleshoot ascertain inquire enquire await observe talk chat speak
    prototype debate deliberate meet revisit see query question scope compare reproduce figure quantify estimate
    root-cause
    """
)
# These inquire only with a question after them: "check whether", "ask why", "test if".
INQUIRY_WITH_QUESTION = words("check verify test confirm ask see validate establish work find measure agree")
# "come up with", "figure out", "work out": a particle makes the inquiry.
INQUIRY_PHRASES = idioms(
    """
    test out, track down, chase down, narrow down, hunt down, confirm with, clear up, play around, toy with,
    play with, come to an agreement, come to a decision, come to an understanding, dive into, deep dive, sync with,
    wait for, wait on, work out, figure out, come up with, find out, find a
    way, find ways, check out, check into, look for, look at, look into, look to, look over, dig into, drill
    into, follow up on, search for, take another look, get to the bottom, reach a decision, reach agreement,
    agree on, agree whether, have a think, touch base, catch up, sync up, check in with, check with, try out,
    sit down, think through, go over, go through, read up, take a look, have a look, rule out, open a discussion
    """
)
# Holding one of the nouns in INQUIRY_EVENTS is an inquiry, too: "hold a meeting", "do a spike".
EVENT_VERBS = words(
    """
    do perform conduct run start have hold schedule arrange organise organize book plan initiate begin undertake
    carry continue set-up set open kick-off convene host call make reach come
    """
)
INQUIRY_EVENTS = words(
    """
    investigation analysis research review discussion meeting conversation chat spike evaluation assessment
    exploration retro retrospective call brainstorm brainstorming session study debate follow-up followup deep-dive
    decision agreement consensus postmortem post-mortem comparison sync workshop feasibility
    """
)

# Comparatives in the shape of a verb: without a target or a mechanism nobody can tell when they are done.
IMPROVEMENT = words(
    """
    improve enhance optimise optimize refine strengthen harden streamline polish revamp modernise modernize overhaul
    beef bolster rework mature stabilise stabilize boost rationalise rationalize clarify reinforce tidy upskill step
    simplify speed
    """
)
# A quantity that moves: fine with a number or a named setting, a wish without.
QUANTITY = words(
    """
    increase reduce decrease raise lower tighten minimise minimize maximise maximize expand extend cut shorten
    lengthen broaden deepen heighten lessen tune adjust scale grow shrink widen accelerate tweak
    """
)
# The end is named and the means are not.
OUTCOME = words(
    """
    address handle resolve mitigate prevent avoid solve manage support tackle facilitate deal cope plan prepare
    continue
    """
)

# Making something, so the object says what.
MAKING = words(
    """
    add implement create introduce build develop write have get provide set setup set-up put configure define
    establish enable produce deploy install include enhance improve expand extend increase need want require deliver
    ensure roll make use invest draft design bring finish complete fix update review consider evaluate more start
    integrate
    """
)
DOCUMENTING = words("document write update draft record describe note publish")
# A human check by hand; with "before …ing" it asks for attention.
HAND_CHECKS = words(
    """
    check verify double-check doublecheck confirm review test ask consult wait read look notify tell inform remember
    communicate talk coordinate take validate reindex backup back use run announce do
    """
)
# What a person does at a keyboard: "never merge …", "avoid deploying …" asks people to behave.
HAND_WORK = words(
    """
    deploy merge run push upgrade restart change use rely assume make do edit touch forget skip approve release
    perform ship commit start roll test work update modify apply delete execute schedule trust ignore leave hesitate
    let allow be wait copy paste reboot disable take put manually click bypass underestimate introduce create store
    keep
    """
)
TEACHING = words(
    """
    train retrain teach cross-train educate coach mentor onboard communicate advise inform remind encourage instruct
    brief familiarise familiarize socialise socialize evangelise evangelize publicise publicize upskill re-train
    tutor advocate lobby sensitise sensitize notify tell warn advertise refamiliarise refamiliarize
    """
)
# These teach only when the listener is a group of colleagues: "notify the team" but not "notify PagerDuty".
TEACHING_IF_PEOPLE = words("notify tell warn show inform advise brief")
GIVING_A_LESSON = words(
    """
    run hold organise organize provide give schedule do offer arrange conduct deliver publish create host have write
    develop plan perform lead share add increase improve implement more set start present raise prepare introduce
    """
)
# Verifying, testing, telling about one's own change: part of it, not a second item.
ACCOMPANYING = words(
    """
    test verify validate ensure check confirm monitor document deploy release ship merge roll rollout measure make
    communicate see announce track retest re-test run review note close alert report
    """
)
# As a purpose these say what will be there: “… to include the row number”.
STATING = words(
    """
    include show mention log return use cover contain report list print reject require verify check validate page
    retry opt expose accept name link point send write run drop match support call compare copy block fail handle
    emit record store skip wait count exclude filter refuse enforce display add remove replace take read load
    abort pause resume stop disable trigger notify alert lock encrypt sign pin delete post push pull exit kill
    export import resend download upload verify validate
    restart batch cache reuse split separate move switch distinguish specify describe explain state ask warn
    """
)
# Simple past and no participle: always the verb of a sentence.
SIMPLE_PAST = words(
    """
    landed turned mentioned complained happened occurred appeared slipped arrived seemed remained behaved
    felt agreed suggested decided wanted thought noted
    took went broke wrote saw began chose forgot fell hid froze gave ran woke grew spoke drew knew
    """
)
# A wish with one of these says how it will be reached; the goal verbs below do not.
GOAL = words(
    """
    help avoid prevent reduce ensure improve be allow understand facilitate enable speed increase minimise minimize
    have know make get support respond recover catch mitigate provide give keep stay become feel optimise optimize
    lower simplify ease match meet address handle cope debug prepare identify reflect
    """
)
STATUS = words(
    """
    plan add create open raise file merge deploy fix complete finish resolve release ship remove enable disable
    update implement do revert apply roll restore restart increase reduce migrate upgrade change improve rotate
    contact notify report move set configure publish document schedule submit delete start identify discover notice
    learn request ask replace switch send write log correct address mitigate close solve patch introduce build
    install bump
    """
)
FAILURE = words(
    """
    fail break crash go take cause miss happen occur lead result lack run hit exceed forget lose trigger overload
    time block suffer stop see find think assume cannot rely
    """
)
EVERYDAY = words(
    """
    abandon abort accept access achieve acquire activate adapt address adopt advertise aggregate align allocate
    allow amend annotate append archive assemble assign associate assure attach audit authenticate authorise
    authorize automate autoscale back backfill backport backup ban batch become begin benchmark bind blacklist block
    blocklist bootstrap bound bring broadcast buffer bump bypass cache calculate calibrate call cancel cap capture
    catch centralise centralize certify change circulate claim clean cleanup clear clone close cluster codify
    collect combine commission commit compact compile complete compress conclude condense connect consolidate
    constrain contact contain containerise containerize contribute control convert copy correct correlate count
    cover craft crawl customise customize deactivate declare decommission decouple dedupe deduplicate default defer
    delay delegate delete deliver demote deny depend deprecate derive destroy detach detail detect differentiate
    direct disable disallow discard disconnect display dispose distinguish distribute divert divide do downgrade
    download downscale drain drill drop dump duplicate eliminate email embed emit employ empty encapsulate encode
    encrypt end enforce engage enlarge enrich enrol enroll escalate exclude execute exempt exercise expire explain
    export expose externalise externalize extract factor fail failover fetch file fill filter finalise finalize fire
    flag flatten flip flush follow force fork format formalise formalize formulate forward freeze gate gather
    generate give go grant group guard guarantee halt harmonise hide hire hold host implement import index indicate
    ingest inherit initialise initialize inject insert instrument integrate intercept invalidate invest invite
    invoke isolate issue join keep kick kill label launch leave let leverage lift link list listen load lock log
    lookup maintain map mark mask match merge migrate mirror mock modify monitor mount move mute name normalise
    normalize obtain offboard offload open order outline override overwrite own package page parallelise parallelize
    parameterise parameterize parse partition pass patch pause pay persist pick pin place point poll pool populate
    port post postpone prefer prepare present preserve preload prevent print prioritise prioritize process procure
    promote propagate propose protect prove provision prune pull purge push qualify quarantine queue quit quote rate
    reach read rearchitect re-architect reassign rebase rebalance reboot rebuild receive recommend reconcile
    reconfigure record recover recreate re-create recycle redact redeploy redesign redirect redistribute redo
    re-enable reenable refactor reference refresh register reimplement reinstall reinstate reject relax release
    reload relocate rely remain remediate remove rename render renew reorder reorganise repair replace replay
    replicate report repoint request require rerun re-run reschedule reserve reset resize resolve respect respond
    restart restore restrict restructure resume retain retire retry return reuse re-use revert revise revoke rewrite
    re-write rollback rotate route sanitise sanitize save scan schedule scrub seal search secure segment segregate
    select send separate serialise serialize serve set setup shard share shift ship shutdown shut sign silence
    simulate skip snapshot solve sort source specify split stage standardise standardize start stop store stream
    stress structure submit subscribe substitute supply suppress surface suspend swap switch sync synchronise
    synchronize tag tail take target tear template terminate test throttle time timebox toggle trace track transfer
    transform transition translate transmit treat triage trigger trim truncate turn unblock undo unify uninstall
    unlock unpin unsubscribe unset update upgrade upload upscale use utilise utilize vacuum validate verify version
    view visualise visualize wait walk wake warm watch whitelist widen wipe wire withdraw work wrap write zone
    pentest right-size rightsize spot refuse mention complain appear slip arrive seem behave agree pair prototype seed
    yank sandbox ramp shore firm level future-proof circulate ban ping feed professionalise professionalize
    unban encourage cultivate evolve nurture insulate shield safeguard defend allowlist re-apply reapply reindex
    re-index retest re-test perform publish kickoff deal adjust mandate nominate
    appoint recruit rehearse practise practice reduce re-add readd vend deploy warn notify highlight check ask tell
    confirm establish measure show say introduce install add create build fix develop provide configure define
    enable produce include make put get have need want ensure document draft describe note organise organize arrange
    conduct run offer raise lower cut finish talk meet support avoid remember mind beware be adhere stick scope
    discourage stay help increase decrease aim strive seek liaise consult coordinate touch carry undertake convene
    come refrain involve collaborate cooperate partner incorporate accommodate account acknowledge amplify
    articulate categorize categorise chart choose cite clamp classify complement comply compose compute conform
    consume cross-check curate debounce decode decompose dedicate demonstrate devise diff disseminate dockerize draw
    echo elevate emulate endorse enter enumerate equip erase evict exchange exit expedite federate flesh foster fund
    generalise generalize halve hash hook illustrate increment infer institute interrupt invert itemise itemize
    justify lay line lint localise localize model modularise modularize negotiate nudge obfuscate operationalise
    operationalize orchestrate outsource phase pilot pinpoint pipe plug precompute preempt proxy realign recompile
    reconnect reintroduce relay reprovision repurpose rescue retool revalidate rewire sandbox settle shadow situate
    size slim snooze soft-delete solidify space spin squash stub supersede supervise sweep trap unload unwind vet
    wean yield re-introduce re-evaluate re-deploy re-open reopen decrypt hand hotfix observe prefix profile reap
    reclaim redefine refine reissue rephrase replan reword stagger suffix sunset tweak undeploy suggest iron smooth
    land emphasise emphasize notice resemble
    """
)
# Words that are as often nouns; `tagging.py` looks at what follows.
ALSO_NOUNS = words(
    """
    alert monitor test backup document plan review deploy log audit report limit cache patch update upgrade fix
    release change schedule rate process tool query index snapshot page build run support access control design
    sample trace record cluster host load lock list label link map mark match name note order package pin place
    point pool post print queue request reserve reset return search set share shift sign source stage start stop
    store stream stress structure supply surface switch template time toggle track transfer trigger version view
    watch work zone group guard hold import export file filter format forward freeze gate check call cap copy count
    cover drill drop dump email end escape fork issue kickoff lookup mirror failover lack rollback restart research
    study spike trial survey debate rollout default target question scope session purchase step brief coach train
    tour follow-up need split block use retry timeout deploys comment break command lead contact function root-cause
    setup account model line hash hook pilot pipe proxy space sweep trap yield hand hotfix profile prefix diff phase
    shadow size sort iron cleanup clean-up overhaul rework revamp refresh rotation approach respect trust
    """
)
LEXICON = (
    EVERYDAY
    | INQUIRY
    | IMPROVEMENT
    | QUANTITY
    | OUTCOME
    | MAKING - {"more"}
    | TEACHING
    | DOCUMENTING
    | HAND_CHECKS
    | HAND_WORK - {"manually"}
    | FAILURE - {"cannot"}
    | EVENT_VERBS
    | GOAL
    | GIVING_A_LESSON - {"more"}
    | ACCOMPANYING
    | STATUS
    | {
        "alert",
        "opt",
        "double",
        "focus",
        "dive",
        "play",
        "toy",
        "obey",
        "cross-train",
        "refrain",
        "formalise",
        "formalize",
        "gather",
        "retrieve",
        "tweak",
        "trial",
        "visit",
    }
)
IRREGULAR = forms(
    """
    caught:catch bought:buy became:become came:come felt:feel heard:hear meant:mean rose:rise sold:sell spent:spend
    stood:stand stuck:stick threw:throw thrown:throw won:win was:be were:be been:be did:do done:do had:have has:have
    made:make built:build wrote:write written:write took:take taken:take got:get went:go gone:go found:find
    broke:break broken:break ran:run sent:send saw:see seen:see thought:think led:lead lost:lose forgot:forget
    kept:keep began:begin begun:begin brought:bring gave:give given:give chose:choose chosen:choose spoke:speak
    spoken:speak met:meet held:hold told:tell paid:pay drew:draw drawn:draw fell:fall fallen:fall hid:hide
    hidden:hide froze:freeze frozen:freeze withdrew:withdraw undid:undo undone:undo left:leave taught:teach
    understood:understand woke:wake shrunk:shrink grew:grow grown:grow shut:shut rewrote:rewrite rewritten:rewrite
    rebuilt:rebuild reran:rerun lent:lend sought:seek
    """
)
