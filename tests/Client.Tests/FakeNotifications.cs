using Checkpointing;
using Grains.Interfaces;

namespace Client.Tests;

/// <summary>Keeps silences, the first call of each in vain; of receivers it knows "chat", and "down" takes nothing.</summary>
[GrainType("fake-notifications")]
public sealed class FakeNotifications : Grain, ISilences, INotifications
{
    private readonly Dictionary<string, Silence> _silences = [];
    private readonly HashSet<string> _tried = [];

    public ValueTask AddAsync(Silence silence)
    {
        if (_tried.Add(silence.Id)) throw new EntityStoreException("HBase is away.");
        _silences[silence.Id] = silence;
        return default;
    }

    public ValueTask<bool> ExpireAsync(string id) => new(_silences.Remove(id));

    public ValueTask<IReadOnlyList<Silence>> ListAsync() => new([.. _silences.Values]);

    public ValueTask TestAsync(string receiver) => receiver switch
    {
        "chat" => default,
        "down" => throw new CommandRefusedException("Receiver 'down' has not taken it: 503"),
        _ => throw new ArgumentException($"unknown receiver '{receiver}'"),
    };

    public ValueTask<string?> ProblemAsync() => new((string?)null);
}
