/** What is asked beyond the common fields, by topic (车牌, 乘车时间, 线路 …). */

export interface ExtraField { name: string; label: string; placeholder?: string }

const TAXI: ExtraField[] = [
  { name: 'plate', label: '车牌号', placeholder: '辽A·T1234' },
  { name: 'licence_no', label: '从业资格证号' },
  { name: 'travel_time', label: '乘车时间', placeholder: '11月28日 18:30' },
  { name: 'from', label: '上车地点' },
  { name: 'to', label: '下车地点' },
]
const BY_TOPIC: Record<string, ExtraField[]> = {
  巡游出租汽车: TAXI,
  网络预约出租汽车: [{ name: 'platform_name', label: '平台' }, ...TAXI.filter((field) => field.name !== 'licence_no'), { name: 'trip_no', label: '行程订单号' }],
  公共汽电车: [
    { name: 'line', label: '线路', placeholder: '325路' },
    { name: 'stop', label: '站点' },
    { name: 'bus_no', label: '车辆自编号' },
    { name: 'travel_time', label: '乘车时间' },
  ],
  高速公路ETC: [
    { name: 'card_no', label: 'ETC卡号' },
    { name: 'plate', label: '车牌号' },
    { name: 'toll_station', label: '收费站' },
    { name: 'travel_time', label: '通行时间' },
  ],
  高速公路路况咨询: [
    { name: 'road', label: '路段', placeholder: 'G1京哈高速 沈山段' },
    { name: 'direction', label: '方向' },
  ],
  客运汽车站: [
    { name: 'station', label: '车站' },
    { name: 'coach', label: '班次' },
  ],
  机动车驾驶员培训: [
    { name: 'school', label: '驾校' },
    { name: 'coach_name', label: '教练' },
    { name: 'contract_date', label: '签约日期' },
  ],
  道路货物运输: [
    { name: 'plate', label: '车牌号' },
    { name: 'company', label: '运输企业' },
    { name: 'waybill_no', label: '运单号' },
  ],
}

export function extraFieldsOf(topic: string): ExtraField[] {
  return BY_TOPIC[topic] ?? []
}

/** The label of a kept field; an order whose class was corrected keeps fields of the former topic. */
export function extraLabel(name: string, topic: string): string {
  const all = [...extraFieldsOf(topic), ...Object.values(BY_TOPIC).flat()]
  return all.find((field) => field.name === name)?.label ?? name
}
