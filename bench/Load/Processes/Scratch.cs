namespace Load.Processes;

/// <summary>A temporary folder that goes with this object, unless BENCH_KEEP is set.</summary>
internal sealed class Scratch : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("granary-bench-").FullName;

    /// <summary>Whether it stays: for what is in the logs.</summary>
    public bool IsKept { get; set; } = Environment.GetEnvironmentVariable("BENCH_KEEP") is { Length: > 0 };

    public string this[string name] => Path.Combine(Folder, name);

    public void Dispose()
    {
        if (IsKept)
            Console.Error.WriteLine($"{Folder} stays");
        else
            Directory.Delete(Folder, recursive: true);
    }
}
