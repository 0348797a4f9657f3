using System.Text;
using Client.CommandLine;

namespace Client.Tests;

/// <summary>Runs the command line in this process.</summary>
internal static class Granary
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string[] arguments, string input = "", CancellationToken cancellationToken = default)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new Terminal(
            output, error, () => new MemoryStream(Encoding.UTF8.GetBytes(input)), TimeProvider.System);
        var code = await new GranaryCommand(terminal).RunAsync(arguments, cancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
