using Microsoft.Extensions.Options;
using Silo.Observability;

namespace Silo.Hosting;

/// <summary>Builds and runs the host; a configuration that cannot work ends it with one readable message.</summary>
public static class SiloProgram
{
    /// <summary>Exit code for a configuration that has to be changed.</summary>
    private const int BadConfiguration = 2;

    public static async Task<int> RunAsync(string[] args, Func<WebApplicationBuilder, WebApplicationBuilder> compose)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions
            {
                Args = args,
                ContentRootPath = Directory.Exists("rules") ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory,
            });
            await using var app = compose(builder).Build();
            app.MapObservability();
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (ConfigurationErrorOf(e) is { } message)
        {
            await System.Console.Error.WriteLineAsync($"The configuration cannot be used:{Environment.NewLine}{message}");
            return BadConfiguration;
        }
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
