using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Load.Processes;

/// <summary>A process that was started here and ends with this object. What it prints goes to a file.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly long _started = Stopwatch.GetTimestamp();

    private ChildProcess(Process process, string log)
    {
        _process = process;
        Log = log;
    }

    public string Log { get; }

    public int Id => _process.Id;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    public bool HasExited => _process.HasExited;

    /// <summary>Processor time since its start; the last known once it has ended.</summary>
    public double CpuSeconds
    {
        get
        {
            if (!_process.HasExited)
            {
                _process.Refresh();
                field = _process.TotalProcessorTime.TotalSeconds;
            }

            return field;
        }
    }

    /// <summary>The most memory that it has had resident, in MB; 0 once it has ended.</summary>
    public long PeakMegabytes
    {
        get
        {
            if (_process.HasExited) return 0;
            _process.Refresh();
            return _process.PeakWorkingSet64 >> 20;
        }
    }

    /// <summary>Starts a program; its id is the program's own, not a shell's.</summary>
    public static ChildProcess Start(
        string log, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The shell only points the output at the file and then becomes the program.
        var start = new ProcessStartInfo("bash", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "bash", log, program]);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new(Process.Start(start)!, log);
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and SIGKILL if it does not end for half a minute; false if that was needed.</summary>
    public async Task<bool> StopAsync()
    {
        if (_process.HasExited) return true;
        Signal(_process.Id, Terminate);
        using var grace = new CancellationTokenSource(Grace);
        try
        {
            await _process.WaitForExitAsync(grace.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return false;
        }
    }

    /// <summary>The last lines that it printed, for a message.</summary>
    public string Tail(int lines = 20) =>
        File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(lines)) : "(it printed nothing)";

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static void Signal(int process, int signal)
    {
        const int noSuchProcess = 3;
        if (Kill(process, signal) != 0 && Marshal.GetLastPInvokeError() is not noSuchProcess and var error)
            throw new Win32Exception(error);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
