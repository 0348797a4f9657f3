namespace Client.CommandLine;

/// <summary>What a script learns from the command line.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Error = 1;
    public const int Usage = 2;
    public const int PartlyDone = 3;
    public const int NoSuchThing = 4;
    public const int Unreachable = 5;
    public const int Interrupted = 130;

    public const string Help = """
        Exit codes:
          0    done
          1    error
          2    usage: an argument or setting is wrong
          3    partly done: broken lines were left out, or producing stopped on the way
          4    not seen yet, or no such thing
          5    cannot reach a silo, or no answer in time
          130  interrupted
        """;
}
