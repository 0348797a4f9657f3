using Grains.Kinds;
using HBase.GrainStorage.Tables;
using Notifications.Configuration;
using Rules.Language;
using Silo.Configuration;
using Silo.Hosting;

namespace Silo.Notifying;

internal static class NotificationRegistration
{
    /// <summary>Notifications, if a file is configured that says who is told of what.</summary>
    public static WebApplicationBuilder AddNotifications(this WebApplicationBuilder builder)
    {
        var settings = builder.Read<NotificationSettings>("Notifications");
        if (settings.Path is not { Length: > 0 } path) return builder;
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(Load(path));
        services.AddTransient<IConfigurationValidator, NotificationValidator>();
        services.AddSingleton<NotificationStarter>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationStarter>());
        services.AddHealthChecks().AddCheck<NotificationStarter>("notifications");
        return builder;
    }

    private static NotificationConfiguration Load(string path)
    {
        try
        {
            return NotificationConfiguration.Load(Path.GetFullPath(path));
        }
        catch (Exception e) when (e is RuleException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Notifications:Path is '{path}': {e.Message}", e);
        }
    }
}

/// <summary>What the other settings have to be when there are notifications.</summary>
internal sealed class NotificationValidator(KindCatalog kinds, HBaseSettings hbase) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var errors = kinds.Kinds.Where(kind => kind.Options.AlertFormat == AlertFormat.Compact)
            .Select(kind => $"Kinds:{kind.Name}:AlertFormat is Compact, which says too little for notifications: it must be Full, "
                + "or Notifications:Path be left out.").ToList();
        if (!TableName.IsValid(hbase.NotificationsTable))
            errors.Add($"HBase:NotificationsTable is '{hbase.NotificationsTable}', which is no name of a table.");
        if (errors.Count > 0) throw new OrleansConfigurationException(string.Join(Environment.NewLine + "  ", errors));
    }
}
