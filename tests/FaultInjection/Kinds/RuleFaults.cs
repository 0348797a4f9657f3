using System.Globalization;
using Grains.Interfaces;
using Rules.Language;

namespace FaultInjection.Kinds;

/// <summary>
/// Ten versions of the rules one after the other, and SIGKILL of a silo among them. They have all rules of the run and others that
/// come and go: what is the same in all must go on as if there were one version.
/// </summary>
internal sealed class ReloadRules(string rules) : IFault
{
    private const int Versions = 10;

    private int _applied;

    public string Kind => "rules-reload";

    public async Task<string?> InflictAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var slot = random.Next(1, 3);
        for (var i = 0; i < Versions; i++)
        {
            if (i == Versions / 2) await cluster.KillSiloAsync(slot);
            var set = new RuleSet(Files(++_applied), "faults");
            var entities = cluster.Access.Entities;
            await entities.CommandAsync(entities.RuleSets, sets => sets.ApplyAsync(set), cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)), cancellationToken);
        }

        await cluster.StartSiloAsync(slot, cancellationToken);
        return null;
    }

    private Dictionary<string, string> Files(int number)
    {
        var files = RuleFiles.InDirectory(rules).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        files.Add("others.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            kind: entity
            rules:
              - { name: never{{number % 3}}, when: "avg(value, {{1 + (number % 7)}}m) > 1e9" }
              - { name: nor-this, when: value > {{1000 + number}}, for: {{1 + (number % 5)}}s }
            """));
        return files;
    }
}
