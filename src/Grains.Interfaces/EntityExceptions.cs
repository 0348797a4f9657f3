namespace Grains.Interfaces;

/// <summary>No kind of that name is configured.</summary>
[GenerateSerializer, Alias("granary.UnknownKind")]
public sealed class UnknownKindException(string message) : Exception(message);

/// <summary>The activation's memory is not to be relied on any more; a repeated call reaches a new one.</summary>
[GenerateSerializer, Alias("granary.EntityVoid")]
public sealed class EntityVoidException(string message) : Exception(message);

/// <summary>A command that is not carried out, now or ever; the message says what to do.</summary>
[GenerateSerializer, Alias("granary.CommandRefused")]
public sealed class CommandRefusedException(string message) : Exception(message);
