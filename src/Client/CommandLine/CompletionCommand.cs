using System.CommandLine;

namespace Client.CommandLine;

/// <summary><c>completion</c>: scripts by which a shell completes commands and options, asking the command line itself.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # source <(granary completion bash)
            _granary() {
                local line="${COMP_LINE#"${COMP_WORDS[0]}"}"
                local position=$((COMP_POINT - ${#COMP_WORDS[0]}))
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$position]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _granary granary ./granary
            """,
        ["zsh"] = """
            # source <(granary completion zsh)
            _granary() {
                local line="${(j: :)words[2,CURRENT]}"
                local -a found=("${(@f)$($words[1] "[suggest:${#line}]" "$line" 2>/dev/null)}")
                compadd -a found || _files
            }
            compdef _granary granary ./granary
            """,
        ["fish"] = """
            # granary completion fish | source
            function __granary
                set -l line (commandline -cp | string replace -r '^\s*\S+\s' '')
                granary "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c granary -a '(__granary)'
            """,
    };

    public static Command Create(GranaryCommand granary)
    {
        var command = new Command("completion", "Write a script that makes a shell complete what is typed.");
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. _scripts.Keys]);
        command.Add(shell);
        return granary.Local(command, (terminal, _, parsed, _) =>
        {
            terminal.Output.WriteLine(_scripts[parsed.GetRequiredValue(shell)]);
            return Task.FromResult(ExitCode.Done);
        });
    }
}
