using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Client.CommandLine;

/// <summary>One command's connection, and what it writes to.</summary>
internal sealed class Session : IAsyncDisposable
{
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromSeconds(1);
    private readonly IHost _host;

    private Session(IHost host, GlobalSettings settings, Terminal terminal)
    {
        (_host, Settings, Terminal) = (host, settings, terminal);
        Client = host.Services.GetRequiredService<EntityClient>();
    }

    public GlobalSettings Settings { get; }

    public Terminal Terminal { get; }

    public EntityClient Client { get; }

    public bool Json => Settings.Json;

    /// <exception cref="SiloUnreachableException">No silo has answered in time.</exception>
    /// <exception cref="OrleansConfigurationException">A setting is wrong.</exception>
    public static async Task<Session> ConnectAsync(
        GlobalSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        if (settings.Verbose)
            builder.Logging.AddSimpleConsole(format => format.SingleLine = true)
                .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
                    console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddEntityClient(options => Apply(settings, options));
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return new Session(host, settings, terminal);
        }
        catch (Exception e)
        {
            var options = host.Services.GetRequiredService<IOptions<EntityClientOptions>>().Value;
            await DisposeAsync(host);
            if (e is OperationCanceledException or OrleansConfigurationException)
                throw;
            throw new SiloUnreachableException(Places(options), e);
        }
    }

    public void WriteJson(string document) => Terminal.Output.WriteLine(document);

    /// <summary>Tells something that is not a result.</summary>
    public void Note(string sentence) => Terminal.Error.WriteLine(sentence);

    public async ValueTask DisposeAsync()
    {
        using var stop = new CancellationTokenSource(_stopTimeout, Terminal.Time);
        try
        {
            await _host.StopAsync(stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or OrleansException)
        {
            // The silo learns from the closed connection that this client is gone.
        }

        await DisposeAsync(_host);
    }

    /// <summary>Some of what a host holds, such as the client of HBase, can only be disposed of in this way.</summary>
    private static ValueTask DisposeAsync(IHost host) => ((IAsyncDisposable)host).DisposeAsync();

    private static void Apply(GlobalSettings settings, EntityClientOptions options)
    {
        if (settings.Gateways.Count > 0)
            (options.Gateways, options.HBaseMasters) = ([.. settings.Gateways], null);
        if (settings.HBaseMasters is not null)
            options.HBaseMasters = settings.HBaseMasters;
        options.ConnectTimeout = settings.Timeout ?? _connectTimeout;
        options.CommandTimeout = settings.Timeout ?? options.CommandTimeout;
    }

    private static string Places(EntityClientOptions options) => options.HBaseMasters is { } masters
        ? $"the gateways that HBase at {masters} names for cluster '{options.ClusterId}'"
        : string.Join(" or ", options.Gateways);
}

/// <summary>No silo has answered when the command line connected.</summary>
internal sealed class SiloUnreachableException(string places, Exception inner) : Exception(
    $"Cannot reach a silo at {places}. Is one running? Start one with ./granary silo or name it with --gateway.", inner);
