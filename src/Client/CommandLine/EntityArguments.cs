using System.CommandLine;

namespace Client.CommandLine;

/// <summary>The two arguments that name an entity.</summary>
internal sealed class EntityArguments
{
    private readonly Argument<string> _kind = new("KIND") { Description = "The kind of entity, as it is configured." };
    private readonly Argument<string> _key = new("KEY") { Description = "The entity within its kind." };

    public EntityArguments(Command command)
    {
        _kind.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var kind }] && (kind.Length == 0 || kind.Contains('/')))
                result.AddError($"KIND '{kind}': expected a name without a slash.");
        });
        _key.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
                result.AddError("KEY is empty.");
        });
        command.Add(_kind);
        command.Add(_key);
    }

    public (string Kind, string Key) Of(ParseResult parsed) =>
        (parsed.GetRequiredValue(_kind), parsed.GetRequiredValue(_key));
}
