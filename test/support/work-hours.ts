/** Working hours as Outlook keeps them with the calendar: Sunday and Monday from `start` to 15:00 in Berlin. */
export const workHours = (
  start: string,
): string => `<Root xmlns="WorkingHours.xsd"><WorkHoursVersion1><TimeZone><Bias>-60</Bias>
    <Standard><Bias>0</Bias><ChangeDate><Time>03:00:00</Time><Date>0000/10/05</Date><DayOfWeek>0</DayOfWeek></ChangeDate></Standard>
    <DaylightSavings><Bias>-60</Bias><ChangeDate><Time>02:00:00</Time><Date>0000/03/05</Date><DayOfWeek>0</DayOfWeek></ChangeDate></DaylightSavings>
    <Name>W. Europe Standard Time</Name></TimeZone><TimeSlot><Start>${start}</Start><End>15:00:00</End></TimeSlot>
    <WorkDays>Sunday Monday</WorkDays></WorkHoursVersion1></Root>`
