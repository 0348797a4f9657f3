namespace Load.Processes;

/// <summary>A temporary folder that goes with this object.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly bool _keep = Environment.GetEnvironmentVariable("BENCH_KEEP") is { Length: > 0 };

    public string Folder { get; } = Directory.CreateTempSubdirectory("granary-bench-").FullName;

    public string this[string name] => Path.Combine(Folder, name);

    public void Dispose()
    {
        if (_keep)
            Console.Error.WriteLine($"BENCH_KEEP is set, so {Folder} stays");
        else
            Directory.Delete(Folder, recursive: true);
    }
}
