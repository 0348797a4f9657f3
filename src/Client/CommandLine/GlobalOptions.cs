using System.CommandLine;
using Client.Hosting;

namespace Client.CommandLine;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<bool> _json = new("--json")
    {
        Description = "Write results as JSON: one document a line, nothing else, on the output.",
        Recursive = true,
    };

    private readonly Option<string[]> _gateways = new("--gateway")
    {
        Description = "A silo's gateway; may be given several times. Default 127.0.0.1:30000.",
        HelpName = "host:port",
        Recursive = true,
    };

    private readonly Option<string?> _masters = new("--hbase-masters")
    {
        Description = "Find the gateways in HBase instead, through its masters.",
        HelpName = "host:port,..",
        Recursive = true,
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long to try for, as in 30s or 500ms. Default 2s for a silo to be there, 30s for its answer.",
        HelpName = "time",
        CustomParser = Durations.ParseTimeout,
        Recursive = true,
    };

    private readonly Option<bool> _verbose = new("--verbose")
    {
        Description = "Write logs and the whole of an error to the error output.",
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        _gateways.Validators.Add(result =>
        {
            var texts = result.Tokens.SelectMany(token => token.Value.Split(','));
            foreach (var text in texts.Where(text => !HostAndPort.TryParse(text, out _)))
                result.AddError($"--gateway '{text}': expected host:port, as in 127.0.0.1:30000.");
        });
        root.Add(_json);
        root.Add(_gateways);
        root.Add(_masters);
        root.Add(_timeout);
        root.Add(_verbose);
    }

    public GlobalSettings Of(ParseResult parsed) => new(
        parsed.GetValue(_json),
        [.. (parsed.GetValue(_gateways) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries))],
        parsed.GetValue(_masters),
        parsed.GetValue(_timeout),
        parsed.GetValue(_verbose));
}

/// <summary>What the options say.</summary>
/// <param name="Gateways">Empty: as configured, else the default.</param>
/// <param name="Timeout">Null: the defaults.</param>
internal sealed record GlobalSettings(
    bool Json, IReadOnlyList<string> Gateways, string? HBaseMasters, TimeSpan? Timeout, bool Verbose);
