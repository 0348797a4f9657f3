using Drift;
using Grains.Entities;

return await Silo.Hosting.SiloProgram.RunAsync(args, services => services.AddRule<DriftRule>("sensor"));
