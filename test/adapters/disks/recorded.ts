/** What mdadm 4.2 says of a mirror that is whole. @param device of its first member */
export function whole(device: string): string {
  return `/dev/md0:
           Version : 1.2
     Creation Time : Sun Nov 29 09:15:35 2026
        Raid Level : raid1
        Array Size : 97280 (95.00 MiB 99.61 MB)
     Used Dev Size : 97280 (95.00 MiB 99.61 MB)
      Raid Devices : 2
     Total Devices : 2
       Persistence : Superblock is persistent

     Intent Bitmap : Internal

       Update Time : Sun Nov 29 09:15:39 2026
             State : clean 
    Active Devices : 2
   Working Devices : 2
    Failed Devices : 0
     Spare Devices : 0

Consistency Policy : bitmap

              Name : alice:0  (local to host alice)
              UUID : 8106bdf8:d594521e:ea4e34c2:5bcda845
            Events : 17

    Number   Major   Minor   RaidDevice State
       0       8        0        0      active sync   /dev/${device}
       1       8       16        1      active sync   /dev/sdb
`;
}

/** What the kernel says of a disk, as the script over there prints it. @param port null for a virtual one */
export function diskLines(device: string, port: string | null, serial: string, spins = true): string {
  const path =
    port === null ? '' : port.startsWith('ata') ? `/devices/pci0000:00/0000:00:1f.2/${port}/host0` : `/devices/pci0000:00/${port}/nvme`;
  const values = { path: `/sys${path}/block/${device}`, size: '196608', rotational: spins ? '1' : '0', model: 'A model', serial };
  return Object.entries(values)
    .map(([key, value]) => `disk\t${device}\t${key}\t${value}\n`)
    .join('');
}

/** Of smartctl 7.3, in parts. */
export const SATA = {
  smartctl: { version: [7, 3], exit_status: 0 },
  model_name: 'WDC WD20EFRX-LAB',
  serial_number: 'WD-LAB0001',
  user_capacity: { blocks: 196_608, bytes: 100_663_296 },
  rotation_rate: 5_400,
  smart_support: { available: true, enabled: true },
  smart_status: { passed: true },
  ata_smart_data: { self_test: { status: { value: 0, string: 'completed without error', passed: true } } },
  ata_smart_attributes: {
    revision: 1,
    table: [
      { id: 5, name: 'Reallocated_Sector_Ct', value: 100, worst: 100, thresh: 36, when_failed: '', raw: { value: 0, string: '0' } },
      { id: 9, name: 'Power_On_Hours', value: 100, worst: 100, thresh: 0, when_failed: '', raw: { value: 1, string: '1' } },
    ],
  },
  power_on_time: { hours: 1 },
  temperature: { current: 31 },
};

export const NVME = {
  smartctl: { version: [7, 3], exit_status: 0 },
  model_name: 'QEMU NVMe Ctrl',
  serial_number: 'SSD-LAB0000',
  smart_support: { available: true, enabled: true },
  smart_status: { passed: true, nvme: { value: 0 } },
  nvme_smart_health_information_log: {
    critical_warning: 0,
    temperature: 50,
    available_spare: 0,
    available_spare_threshold: 0,
    percentage_used: 0,
    media_errors: 0,
  },
  temperature: { current: 50 },
  power_on_time: { hours: 0 },
};
