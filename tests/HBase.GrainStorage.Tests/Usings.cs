global using Checkpointing;
global using HBase.Client;
global using HBase.GrainStorage.Tests.Fixtures;
global using Xunit;
