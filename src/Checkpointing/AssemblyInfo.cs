using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Checkpointing.Tests")]
