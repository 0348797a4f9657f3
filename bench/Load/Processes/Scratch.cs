namespace Load.Processes;

/// <summary>A temporary folder that goes with this object, unless BENCH_KEEP is set or it is evidence.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly bool _isKept = Environment.GetEnvironmentVariable("BENCH_KEEP") is { Length: > 0 };

    public string Folder { get; } = Directory.CreateTempSubdirectory("granary-bench-").FullName;

    /// <summary>Whether the logs in it say what went wrong.</summary>
    public bool IsEvidence { get; set; }

    public string this[string name] => Path.Combine(Folder, name);

    public void Dispose()
    {
        if (_isKept || IsEvidence)
            Console.Error.WriteLine($"{Folder} stays");
        else
            Directory.Delete(Folder, recursive: true);
    }
}
