# SPDX-License-Identifier: MIT
#
# zsh_complete.zsh FOLDER OUT LINE - what zsh offers to complete LINE with
#
# Types it into a zsh whose completion comes from FOLDER, then a TAB; writes
# what is offered to OUT, a line each. `compadd` is where all offers pass.
cat >$2.rc <<END || exit
PROMPT= fpath=(${(q)1} \$fpath) offers=${(q)2}
autoload -U compinit && compinit -u -D
bindkey '^I' complete-word
END
cat >>$2.rc <<'END'
# Where compadd filters names for others it shall go on doing so.
compadd() {
    local -a hits
    if [[ "$*" != *-[OAD]\ * ]]; then
        builtin compadd -A hits "$@"
        (( $#hits )) && print -rl -- $hits >>$offers
    fi
    builtin compadd "$@"
}
finished() { print >$offers.end }
comppostfuncs=(finished)
END
zmodload zsh/zpty || exit
zpty shell zsh -f -i || exit
zpty -w shell "source ${(q)2}.rc"
zpty -w -n shell "$3"$'\t'
for ((i = 0; i < 200; i++)); do
    while zpty -r -t shell output; do :; done
    [[ -e $2.end ]] && break
    sleep 0.05
done
zpty -d shell
[[ -e $2.end ]]
