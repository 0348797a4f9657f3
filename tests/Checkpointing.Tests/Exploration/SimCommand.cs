namespace Checkpointing.Tests.Exploration;

/// <summary>A client's command, repeated until it is answered.</summary>
internal sealed class SimCommand(World world, int entity, string id)
{
    private bool _isCalling;

    public string Id { get; } = id;

    public bool IsAnswered { get; private set; }

    public void AddChoices(List<Choice> into)
    {
        if (!_isCalling && !IsAnswered)
            into.Add(new Choice(Id, " is sent", Send));
    }

    public void Send()
    {
        _isCalling = true;
        world.Post(new CommandCall(world, this, entity));
    }

    public void End(bool answered)
    {
        _isCalling = false;
        if (!answered)
            return;
        IsAnswered = true;
        Check();
    }

    public void Check()
    {
        if (IsAnswered && !(world.Store.Has(entity, Id) && world.Broker.Has(Id)))
            throw new ViolationException($"{Id} is answered and not durable with its output: '{world.Store.Log(entity)}'");
    }
}

internal sealed class CommandCall(World world, SimCommand command, int entity) : Message(() => $"command {command.Id}", command)
{
    public SimCommand Command { get; } = command;

    public override bool CanRun => world.Entities[entity].CanTakeCommand;

    public override void Run() => world.Entities[entity].Current.Run(this);

    public override void TimeOut() => Command.End(false);

    public void Succeed(SimActivation from) =>
        world.Post(new Note(() => $"answer of {from} to {Command.Id}", from, () => Command.End(true), TimeOut));

    public void Fail(SimActivation from) =>
        world.Post(new Note(() => $"failure of {from} for {Command.Id}", null, TimeOut, canTimeOut: false));
}
