"""Word lists: what to drop, what to keep, what to fold. All lower case."""

from __future__ import annotations

_ENGLISH = """
a about above across after again against all almost also although always am among an and another
any
anyone anything are around as at back be because become been before behind being below between
both
but by can cannot could did do does doing done down during each either else etc even ever every
everyone everything few for from further get gets getting give given gives had has have having
he her here
hers him his how however i if in including into is isn it its itself just keep know known knows
last least
less let like ll look looking lot made make makes making many may me might more most much must
my near need needed
needs never new next no nor not now of off often on once one only onto or other others our ours
out
over own owned owning per please re same see several shall she should since so some someone
something
still such take takes taking than that the their theirs them then there these they thing things
this
those through thus till to together too toward towards two under until up upon us use used uses
using ve very via want was way ways we well were what when where whether which while who whom
whose
why will with within without would yes yet you your yours yourself
eg e.g ie i.e vs plus able across ideally preferably great good best better excellent amazing
exciting
build building builds define defining develop developing develops deliver delivering ensure
ensuring
help helping helps join manage managing work working works partner turn drive driving create
creating
creates maintain maintaining support supporting supports lead leading provide providing provides
contribute contributing participate collaborate collaborating collaborate implement implementing
write writing understand understanding improve improving identify identifying perform performing
enjoy seek seeking offer offering offers bring bringing grow growing apply applying required
require
requires preferred demonstrated proven solid strong deep hands-on various relevant related based
similar different key multiple familiar familiarity proficiency proficient fluent fluency expert
desired desirable essential mandatory nice-to-have minimum maximum day days week weeks month
months year years
hour hours today currently soon daily
love hope believe strive run home full generate invest speak visit depending highly skilled
right languages language looking passionate day-to-day well-known
"""
_DUTCH = """
aan al alle als andere bent bij binnen bouw bouwen daar dan dat de deze die dit doen door dus
een eigen en er ervaring functie geen goed goede graag haar hebben hebt heb heeft het hier hij
hoe hun iets ik in is je jij jou jouw kan kunnen kunt maar maken meer met mij mijn moet moeten
na naar niet nog nu of om omdat onder ons onze ook op over per samen te tegen ten ter tot tussen
u uit uur uw van vanuit veel verder via voor vraag waar wat we wel welke werk werken wie wij
worden wordt zal ze zelf zich zij zijn zo zoals zoeken zonder zou zullen bieden kennis jaar
minimaal hybride
"""
_GERMAN = """
ab aber alle allem allen aller als also am an auch auf aus bei beim bereits bis bist da dabei
damit das dass dein deine deinem deinen deiner dem den der des die dies diese diesem diesen
dieser dir du durch ein eine einem einen einer eines er es euch etwas für gegen gerne gut gute
guten hast hat haben hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ist ja jede jeder
jedes kann kannst kein keine können man mehr mein mich mindestens mir mit möchtest muss nach
nicht noch nur ob oder ohne sehr sein seine sich sie sind so sowie soll sollte über um und uns
unser unsere unserem unseren unserer unter viel vom von vor wann warum was weil welche wenn wer
werden wie wir wird wirst wo zu zum zur zwischen erfahrung kenntnisse bringst arbeitest suchen
bieten aufgaben profil jahre bereich
"""
_FRENCH = """
à afin ai ainsi alors après au aucun aussi autre autres aux avant avec avez avoir avons bien c
car ce ceci cela celle celui ces cet cette chez comme comment d dans de depuis des dont du elle
elles en encore entre es est et étant être êtes eu faire fait fois hors ici il ils j je l la le
les leur leurs lors lui ma mais me même mes moi moins mon ne ni nos notre nous n on ou où par
parce pas pendant peu plus pour pourquoi qu quand que quel quelle quelles quels qui s sa sans se
selon sera ses seront si son sont sous sur ta tes toi ton tous tout toute toutes très tu un une
vers vos votre vous y expérience expériences connaissance connaissances recherchons poste profil
missions ans maîtrise
"""
_SPANISH = """
a al algo algunos ante antes aquí así aún aunque bajo bien cada casi como con contra cual cuales
cuando de del desde donde dos durante e el él ella ellas ellos en entre era eres es esa ese eso
esta está están este esto estos estas fue ha hace hacer hacia han hasta hay la las le les lo los
más me mi mis mucho muy nada ni no nos nosotros nuestra nuestras nuestro nuestros o os otra otro
otros para pero poco por porque que qué quien se sea según ser si sí sin sobre son su sus
también tan te tener tiene tienes todo toda todas todos tu tus un una unas uno unos usted y ya
yo experiencia conocimiento conocimientos buscamos años requisitos puesto funciones
"""
STOP_WORDS = frozenset(f"{_ENGLISH} {_DUTCH} {_GERMAN} {_FRENCH} {_SPANISH}".split())
"""Words that say nothing of a posting, in five languages, with its commonest verbs."""

GENERIC = frozenset(
    """
    ability abilities advantage applicant applicants application attitude background bonus
    business candidate candidates career challenge challenging colleague colleagues company
    culture degree department description duties duty employee employees employer employment
    environment experience experienced expertise field full-time fulltime fun function group
    hiring hybrid ideal individual industry interest job jobs junior knowledge level location
    mindset mission office opportunity opportunities organization organisation part-time part
    passion passionate people person plenty position possibility posting qualification
    qualifications quality recruiter remote requirement requirements responsibilities
    responsibility responsible role roles salary senior skill skills someone task tasks team
    teams technology technologies time tool tools track training type understanding vacancy
    world range product growth success successful large small high low fast first end real
    variety number area onderneming bedrijf collega vacature team salaris maand locatie
    unternehmen stelle mitarbeiter kollegen gehalt standort entreprise équipe équipes salaire
    société collaborateurs empresa equipo equipos salario trabajo organization> location>
    address> email> phone> profession> name> contact>
    """.split()
)
"""Nouns of every posting: inside a phrase they may stand, alone or at its ends not."""

WEAK = frozenset(
    """
    developer engineer international technical solution customer global project future process
    information
    digital flexible date tech user manager director innovation center market client enterprise
    impact
    service feature associate ambitious scheme million access value goal improvement
    collaborative strength
    firm academic assignment system platform delivery activity planning management development
    research
    """.split()
)
"""Nouns that say little alone and much in a phrase ("project management"); folded."""

TECHNOLOGIES = frozenset(
    """
    .net ajax algol android angular ansible apache apex asp.net assembler assembly aws azure
    bash c c++ c# cobol css d3 dart delphi django docker elixir erlang excel f# fastapi flask
    fortran gcp git go golang graphql groovy hadoop haskell html html5 java javascript jenkins
    jquery julia kafka kotlin kubernetes laravel linux lisp lua matlab mongodb mysql node.js
    numpy objective-c ocaml oracle pandas pascal perl php postgresql postgres powershell prolog
    python pytorch r react redis ruby rust sas scala scheme scikit-learn shell snowflake spark
    spring spss sql stata svelte swift t-sql tableau tensorflow terraform typescript unix vba
    verilog vhdl visual vue zig pl/sql ci/cd power-bi
    """.split()
)
"""Names beside which C, R and Go are languages, and which a longer phrase never hides."""

ALIASES = {
    "golang": "go",
    "nodejs": "node.js",
    "node": "node.js",
    "reactjs": "react",
    "react.js": "react",
    "vuejs": "vue",
    "vue.js": "vue",
    "angularjs": "angular",
    "k8s": "kubernetes",
    "dotnet": ".net",
    "postgres": "postgresql",
    "ci-cd": "ci/cd",
    "cicd": "ci/cd",
    "ux/ui": "ui/ux",
}
"""Spellings of one thing."""

KEPT_S = frozenset(
    """
    aws sas css ios sales kubernetes jenkins pandas redis devops windows analytics series
    business news needs less across mlops gitops rails keras
    """.split()
)
"""Words whose final s is no plural."""

PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "machine learning",
        "deep learning",
        "continuous integration",
        "continuous delivery",
        "continuous deployment",
        "data science",
        "data engineering",
        "data analysis",
        "data warehouse",
        "project management",
        "product management",
        "software development",
        "software engineering",
        "natural language processing",
        "computer vision",
        "artificial intelligence",
        "test automation",
        "unit testing",
        "code review",
        "supply chain",
        "customer service",
        "business development",
        "public speaking",
        "power bi",
        "google cloud",
        "a/b testing",
        "a/b test",
        "infrastructure as code",
    )
)
"""Phrases known without being met twice (folded)."""
