using Grains.Ingest;
using Silo.Hosting;

namespace Silo.Configuration;

/// <summary>Reads every section at start; an unknown key is an error that names it.</summary>
internal static class SettingsRegistration
{
    private static readonly string[] Sections = ["Silo", "Kafka", "HBase", "Demo", "Kinds", "Checkpoints", "Rules", "Notifications", "Recommendations"];

    public static WebApplicationBuilder AddSettings(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(builder.Read<SiloSettings>("Silo"));
        builder.Services.AddSingleton(builder.Read<KafkaSettings>("Kafka"));
        builder.Services.AddSingleton(builder.Read<HBaseSettings>("HBase"));
        builder.Services.AddSingleton(builder.Read<DemoSettings>("Demo"));
        builder.Services.AddSingleton(TimeProvider.System);
        var checkpoints = builder.Read<IngestOptions>("Checkpoints");
        Check(checkpoints);
        builder.Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(checkpoints));
        CheckSectionNames(builder.Configuration);
        return builder;
    }

    /// <summary>A section's settings; defaults where it says nothing.</summary>
    public static T Read<T>(this WebApplicationBuilder builder, string section)
        where T : class, new()
    {
        try
        {
            return builder.Configuration.GetSection(section)
                .Get<T>(options => options.ErrorOnUnknownConfiguration = true) ?? new T();
        }
        catch (InvalidOperationException e)
        {
            throw new SettingsException(
                $"{section}: {e.InnerException?.Message ?? e.Message} Known keys: " +
                $"{string.Join(", ", typeof(T).GetProperties().Select(p => $"{section}:{p.Name}"))}.", e);
        }
    }

    private static void Check(IngestOptions checkpoints)
    {
        (string Name, int Value)[] counts =
        [
            (nameof(checkpoints.MaxConcurrentDeliveries), checkpoints.MaxConcurrentDeliveries),
            (nameof(checkpoints.MaxConcurrentFlushes), checkpoints.MaxConcurrentFlushes),
            (nameof(checkpoints.MaxWorkingLanes), checkpoints.MaxWorkingLanes),
        ];
        foreach (var (name, value) in counts)
        {
            if (value < 1) throw new SettingsException($"Checkpoints:{name} is {value}; it must be at least 1: with less lanes would stand still.");
        }
    }

    private static void CheckSectionNames(ConfigurationManager configuration)
    {
        foreach (var section in configuration.GetChildren())
        {
            var near = Sections.FirstOrDefault(s => s != section.Key && IsNear(s, section.Key));
            if (near is not null && !Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
                throw new SettingsException($"There is no section '{section.Key}'. Did you mean '{near}'?");
        }
    }

    /// <summary>Whether two names differ by a letter or two: too many, too few, or another one.</summary>
    private static bool IsNear(string known, string given)
    {
        if (Math.Abs(known.Length - given.Length) > 1 || given.Length < 4) return false;
        var same = 0;
        while (same < Math.Min(known.Length, given.Length) && char.ToLowerInvariant(known[same]) == char.ToLowerInvariant(given[same]))
            same++;
        var tail = 0;
        while (tail < Math.Min(known.Length, given.Length) - same
            && char.ToLowerInvariant(known[^(tail + 1)]) == char.ToLowerInvariant(given[^(tail + 1)]))
            tail++;
        return Math.Max(known.Length, given.Length) - same - tail <= 2;
    }
}
