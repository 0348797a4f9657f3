namespace HBase.GrainStorage.Tests.Contracts;

// Each contract on each HBase; the class names are what a test run shows.

public sealed class EntityStoreOnEmbedded(EmbeddedFixture hbase)
    : EntityStoreContract(hbase), IClassFixture<EmbeddedFixture>;

public sealed class EntityStoreOnServer(ServerFixture hbase) : EntityStoreContract(hbase), IClassFixture<ServerFixture>;

public sealed class VersionStoreOnEmbedded(EmbeddedFixture hbase)
    : VersionStoreContract(hbase), IClassFixture<EmbeddedFixture>;

public sealed class VersionStoreOnServer(ServerFixture hbase) : VersionStoreContract(hbase), IClassFixture<ServerFixture>;

public sealed class UnknownOutcomeOnEmbedded(EmbeddedFixture hbase)
    : UnknownOutcomeContract(hbase), IClassFixture<EmbeddedFixture>;

public sealed class UnknownOutcomeOnServer(ServerFixture hbase)
    : UnknownOutcomeContract(hbase), IClassFixture<ServerFixture>;

public sealed class GrainStorageOnEmbedded(EmbeddedFixture hbase)
    : GrainStorageContract(hbase), IClassFixture<EmbeddedFixture>;

public sealed class GrainStorageOnServer(ServerFixture hbase)
    : GrainStorageContract(hbase), IClassFixture<ServerFixture>;

public sealed class MembershipOnEmbedded(EmbeddedFixture hbase)
    : MembershipContract(hbase), IClassFixture<EmbeddedFixture>;

public sealed class MembershipOnServer(ServerFixture hbase) : MembershipContract(hbase), IClassFixture<ServerFixture>;

public sealed class TablesOnEmbedded(EmbeddedFixture hbase) : TablesContract(hbase), IClassFixture<EmbeddedFixture>;

public sealed class TablesOnServer(ServerFixture hbase) : TablesContract(hbase), IClassFixture<ServerFixture>;
