using Silo.Configuration;
using Silo.Hosting;

return await SiloProgram.RunAsync(args, builder => builder
    .AddSettings()
    .AddHumanConsole()
    .AddHBase()
    .AddKafka()
    .AddEntities()
    .AddOrleansSilo()
    .AddObservability()
    .AddDemoTraffic());
