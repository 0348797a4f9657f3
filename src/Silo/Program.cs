using Silo.Configuration;
using Silo.Console;
using Silo.Demo;
using Silo.Hosting;
using Silo.Observability;

return await SiloProgram.RunAsync(args, builder => builder
    .AddSettings()
    .AddHumanConsole()
    .AddHBase()
    .AddKafka()
    .AddEntities()
    .AddOrleansSilo()
    .AddObservability()
    .AddDemoTraffic());
