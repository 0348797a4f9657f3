using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using Silo.Configuration;
using Silo.Console;
using Silo.Demo;
using Silo.Notifying;
using Silo.Observability;
using Silo.Recommending;

namespace Silo.Hosting;

/// <summary>Builds and runs the host; a configuration that cannot work ends it with one readable message.</summary>
public static class SiloProgram
{
    /// <summary>Exit code for a configuration that has to be changed.</summary>
    private const int BadConfiguration = 2;

    /// <summary>Runs a silo until it is told to stop. Grain classes of the calling program are part of it.</summary>
    /// <param name="configure">What the calling program adds, such as rules in C#.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Action<IServiceCollection>? configure = null)
    {
        try
        {
            await using var app = Build(args, configure);
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (ConfigurationErrorOf(e) is { } message)
        {
            await System.Console.Error.WriteLineAsync($"The configuration cannot be used:{Environment.NewLine}{message}");
            return BadConfiguration;
        }
    }

    /// <summary>A silo that is ready to start, with all its parts.</summary>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder.Services);
        AddDefaults(builder.Configuration);
        var app = builder
            .AddSettings()
            .AddHumanConsole()
            .AddHBase()
            .AddKafka()
            .AddEntities()
            .AddRecommendations()
            .AddOrleansSilo()
            .AddNotifications()
            .AddObservability()
            .AddDemoTraffic()
            .Build();
        app.MapObservability();
        return app;
    }

    /// <summary>What comes with the program, where the directory that it is started in has no settings of its own.</summary>
    private static void AddDefaults(ConfigurationManager configuration)
    {
        if (File.Exists("appsettings.json")) return;
        var defaults = new JsonConfigurationSource { Path = Path.Combine(AppContext.BaseDirectory, "appsettings.json") };
        defaults.ResolveFileProvider();
        configuration.Sources.Insert(0, defaults);
    }

    private static string? ConfigurationErrorOf(Exception error) => error switch
    {
        OptionsValidationException e => string.Join(Environment.NewLine, e.Failures.Select(f => "  " + f)),
        OrleansConfigurationException e => "  " + e.Message,
        SettingsException e => "  " + e.Message,
        { InnerException: { } inner } => ConfigurationErrorOf(inner),
        _ => null,
    };
}

/// <summary>A setting that cannot be used; the message names its key.</summary>
public sealed class SettingsException(string message, Exception? innerException = null) : Exception(message, innerException);
