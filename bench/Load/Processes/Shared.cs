namespace Load.Processes;

/// <summary>Where the project's files are, and the servers and peers beside it.</summary>
internal static class Shared
{
    /// <summary>The project's root: the nearest folder above this program that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    public static string Silo => Path.Combine(Root, "bench", "entity-alerts", "silo");

    public static string Kafka => Need("servers", "kafka");

    public static string HBase => Need("servers", "hbase");

    public static string Peers => Need("peers", "run");

    /// <exception cref="UsageException">It is not there.</exception>
    private static string Need(string folder, string script)
    {
        // A worktree may lie deeper than the root of the project does.
        for (var folderAbove = Path.GetDirectoryName(Root); folderAbove is not null; folderAbove = Path.GetDirectoryName(folderAbove))
        {
            var path = Path.Combine(folderAbove, "shared", folder, script);
            if (File.Exists(path)) return path;
        }

        throw new UsageException($"../shared/{folder}/{script} is absent: real servers and the peers come from there");
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Orleans.sln")))
                return folder;
        throw new UsageException("this program does not run out of the project's artifacts");
    }
}
