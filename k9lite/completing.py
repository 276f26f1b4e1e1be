"""``completion SHELL`` and what its scripts ask: ``k9lite kubectl __complete WORDS...``, the last word unfinished.

The scripts are k9lite's own; the answer has cobra's form, a candidate a line and then the directive ":4", so that
scripts made for kubectl can read it too. The real ``kubectl``, where there is one, keeps its own.
"""

from collections.abc import Mapping

from engine.errors import UsageError
from k9lite.prompt import complete
from k9lite.verb import Args, Run, Say, Verb, View

_NO_FILES = ":4"
_ABOUT = "completion for k9lite, and for kubectl where that is an alias of k9lite kubectl"

_BASH = f"""\
# bash {_ABOUT}
# Try it with:  source <(k9lite kubectl completion bash)
__k9lite_answer() {{
    local answer candidate typed prefix
    typed="${{words[cword]}}"
    answer="$(k9lite kubectl __complete "${{words[@]:1:cword}}" 2>/dev/null)"
    prefix=""
    [[ $typed == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]] && prefix="${{typed%"${{typed##*[=:]}}"}}"
    COMPREPLY=()
    while IFS= read -r candidate; do
        [[ -z $candidate || $candidate == :* ]] && continue
        COMPREPLY+=("${{candidate#"$prefix"}}")
    done <<< "$answer"
    [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *[=:/] ]] && compopt -o nospace 2>/dev/null
    return 0
}}

__k9lite_words() {{
    local line="${{COMP_LINE:0:COMP_POINT}}"
    read -r -a words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    cword=$((${{#words[@]}} - 1))
}}

__start_kubectl() {{
    local words cword
    __k9lite_words
    __k9lite_answer
}}

__start_k9lite() {{
    local words cword
    __k9lite_words
    if [[ $cword -le 1 ]]; then
        COMPREPLY=($(compgen -W "kubectl replay log generate migrate" -- "${{words[cword]}}"))
    elif [[ ${{words[1]}} == kubectl ]]; then
        words=("${{words[@]:1}}")
        cword=$((cword - 1))
        __k9lite_answer
    fi
}}

complete -o default -F __start_k9lite k9lite
type -P kubectl >/dev/null || complete -o default -F __start_kubectl kubectl
"""
_ZSH = f"""\
#compdef k9lite
# zsh {_ABOUT}
# Try it with:  source <(k9lite kubectl completion zsh)
_k9lite_answer() {{
    local -a found
    found=("${{(@f)$(k9lite kubectl __complete "$@" 2>/dev/null)}}")
    found=("${{(@)found:#:*}}")
    compadd -Q -- "${{(@)found:#}}"
}}

_k9lite() {{
    if (( CURRENT == 2 )); then
        compadd -- kubectl replay log generate migrate
    elif [[ $words[2] == kubectl ]]; then
        _k9lite_answer "${{(@)words[3,CURRENT]}}"
    else
        _files
    fi
}}

_k9lite_kubectl() {{
    _k9lite_answer "${{(@)words[2,CURRENT]}}"
}}

compdef _k9lite k9lite
(( $+commands[kubectl] )) || compdef _k9lite_kubectl kubectl
"""
_FISH = f"""\
# fish {_ABOUT}
# Try it with:  k9lite kubectl completion fish | source
function __k9lite_answer
    set -l typed (commandline -opc) (commandline -ct)
    set -e typed[1]
    test "$typed[1]" = kubectl; and set -e typed[1]
    k9lite kubectl __complete $typed 2>/dev/null | string match -v ':*'
end

function __k9lite_is_kubectl
    set -l typed (commandline -opc)
    test (count $typed) -gt 1; and test "$typed[2]" = kubectl
end

complete -c k9lite -f -n 'not __k9lite_is_kubectl' -a 'kubectl replay log generate migrate'
complete -c k9lite -f -n __k9lite_is_kubectl -a '(__k9lite_answer)'
command -sq kubectl; or complete -c kubectl -f -a '(__k9lite_answer)'
"""
_SCRIPTS: Mapping[str, str] = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
SHELLS = tuple(_SCRIPTS)


def script_of(args: Args) -> str:
    """Raises UsageError in kubectl's words."""
    more = "See 'kubectl completion -h' for help and examples"
    if not args.words:
        raise UsageError(f"Shell not specified.\n{more}")
    if len(args.words) > 1:
        raise UsageError(f"Too many arguments. Expected only the shell type.\n{more}")
    if args.words[0] not in _SCRIPTS:
        raise UsageError(f'Unsupported shell type "{args.words[0]}".\n{more}')
    return _SCRIPTS[args.words[0]]


def _complete(view: View, args: Args) -> Run:
    """A word with a space in it is taken for two."""
    for candidate in complete(view.state, " ".join(args.words), args.namespace):
        yield Say(candidate)
    yield Say(_NO_FILES)
    yield Say("Completion ended with directive: ShellCompDirectiveNoFileComp", error=True)
    return 0


COMPLETE = Verb(name="__complete", summary="What may follow", usage="__complete WORDS", run=_complete, writes=False)
