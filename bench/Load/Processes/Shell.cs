using System.Diagnostics;

namespace Load.Processes;

/// <summary>Runs a program to its end.</summary>
internal static class Shell
{
    /// <summary>What it printed to standard output; standard error goes on to ours.</summary>
    /// <exception cref="BenchException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var (code, output) = await TryRunAsync(program, arguments, cancellationToken);
        return code == 0
            ? output
            : throw new BenchException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    /// <summary>Starts a killed server again; on a busy machine its script may give up before the server does.</summary>
    /// <param name="script">Runs a command of the script.</param>
    public static async Task RestartAsync(
        Func<string[], CancellationToken, Task<string>> script, string name, CancellationToken cancellationToken)
    {
        try
        {
            await script(["restart", name], cancellationToken);
        }
        catch (BenchException)
        {
            await script(["kill", name], cancellationToken);
            await script(["restart", name], cancellationToken);
        }
    }

    public static async Task<(int Code, string Output)> TryRunAsync(
        string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, output.Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
